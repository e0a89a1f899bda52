/** Writes the generated lists of the project in `root`, and gives what does not fit. */
export function catalogue(root: string, options?: { draft?: boolean }): string[];
