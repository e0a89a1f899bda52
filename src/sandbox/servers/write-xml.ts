/** The agencies' own writing of answers. */

/** Text made safe for element content and attribute values. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** `<name>text</name>`, escaped. */
export function tag(name: string, text: string | undefined): string {
  return `<${name}>${escapeXml(text ?? '')}</${name}>`;
}

/** A CDATA section; a `]]>` inside is split over two. */
export function cdata(text: string): string {
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}
