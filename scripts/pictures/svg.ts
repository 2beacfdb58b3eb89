/** A drawing of fixed size whose colours are the site's, so that it fits light and dark pages. */
export class Drawing {
  readonly #width: number
  readonly #height: number
  readonly #label: string
  readonly #parts: string[] = []

  /** @param label what it shows, for people who cannot see it */
  constructor(width: number, height: number, label: string) {
    this.#width = width
    this.#height = height
    this.#label = label
  }

  rect(x: number, y: number, width: number, height: number, look: string): this {
    return this.#add(
      `<rect class="${look}" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}"/>`,
    )
  }

  line(x1: number, y1: number, x2: number, y2: number, look: string): this {
    return this.#add(`<line class="${look}" x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}"/>`)
  }

  path(points: readonly (readonly [number, number])[], look: string): this {
    return this.#add(
      `<polyline class="${look}" points="${points.map(([x, y]) => `${n(x)},${n(y)}`).join(' ')}"/>`,
    )
  }

  dot(x: number, y: number, look: string): this {
    return this.#add(`<circle class="${look}" cx="${n(x)}" cy="${n(y)}" r="2.6"/>`)
  }

  text(
    x: number,
    y: number,
    words: string,
    look = 'label',
    anchor: 'start' | 'middle' | 'end' = 'start',
  ): this {
    return this.#add(
      `<text class="${look}" x="${n(x)}" y="${n(y)}" text-anchor="${anchor}">${escaped(words)}</text>`,
    )
  }

  /** Without empty lines, so that Markdown takes it as one piece. */
  toString(): string {
    const box = `viewBox="0 0 ${this.#width} ${this.#height}"`
    return `<svg class="picture" xmlns="http://www.w3.org/2000/svg" ${box} role="img" aria-label="${escaped(this.#label)}">\n${hatching}\n${this.#parts.join('\n')}\n</svg>\n`
  }

  #add(part: string): this {
    this.#parts.push(part)
    return this
  }
}

const hatching =
  '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>'

const n = (value: number) => String(Math.round(value * 10) / 10)
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
