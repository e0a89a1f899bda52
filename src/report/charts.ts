import { html, type Markup } from './escape.js';

/** Small charts as inline SVG: no script, no network, readable without colour by order, label and number. */

export interface Segment {
  /** CSS class that colours it. */
  tone: string;
  label: string;
  value: number;
}

/** One stacked bar; the numbers stand in the text beside it, so the bar itself is decoration with a title. */
export function stackedBar(segments: readonly Segment[], width = 160, height = 12): Markup {
  const total = segments.reduce((sum, segment) => sum + segment.value, 0);
  const label = segments
    .filter((segment) => segment.value > 0)
    .map((segment) => `${segment.label} ${segment.value}`)
    .join(' · ');
  if (total === 0)
    return html`<svg class="bar" role="img" aria-label="0" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><rect class="t-empty" width="${width}" height="${height}" rx="2"/></svg>`;
  let x = 0;
  const rects = segments
    .filter((segment) => segment.value > 0)
    .map((segment) => {
      // A single case among thousands must still be seen.
      const share = Math.max(2, (segment.value / total) * width);
      const rect = html`<rect class="t-${segment.tone}" x="${round(x)}" width="${round(Math.min(share, width - x))}" height="${height}"/>`;
      x += share;
      return rect;
    });
  return html`<svg class="bar" role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><title>${label}</title>${rects}</svg>`;
}

/** Open findings as a line over the new ones as bars, one place a run, oldest left. */
export function runHistory(points: readonly { startedAt: string; new: number; open: number }[], label: string): Markup {
  const width = 280;
  const height = 64;
  const top = Math.max(1, ...points.map((point) => Math.max(point.new, point.open)));
  const step = width / Math.max(points.length, 1);
  const y = (value: number): number => round(height - 4 - (value / top) * (height - 12));
  const bars = points.map(
    (point, index) =>
      html`<rect class="t-new" x="${round(index * step + step * 0.25)}" y="${y(point.new)}" width="${round(step * 0.5)}" height="${round(height - 4 - y(point.new))}"><title>${point.startedAt.slice(0, 10)}: ${point.new}</title></rect>`,
  );
  const line = points.map((point, index) => `${round(index * step + step * 0.5)},${y(point.open)}`).join(' ');
  const dots = points.map(
    (point, index) =>
      html`<circle class="dot" cx="${round(index * step + step * 0.5)}" cy="${y(point.open)}" r="2"><title>${point.startedAt.slice(0, 10)}: ${point.open}</title></circle>`,
  );
  return html`<svg class="history" role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><title>${label}</title>${bars}<polyline class="line" points="${line}"/>${dots}</svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
