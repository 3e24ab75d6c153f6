/**
 * The headers of a response while it is put together: names and values in turn, in one array that is sent as it is. Far
 * cheaper than a web `Headers` for the handful of headers that a response has.
 */

/** Names and values in turn, the form that costs least to write: `['content-type', 'text/plain']`. Names are in lower case. */
export type FlatHeaders = string[];

/** Headers of a response. Names may be given in any case, and are kept in lower case. */
export class ResponseHeaders {
  readonly #flat: FlatHeaders;

  /** @param flat names in lower case and their values in turn; it is kept and changed. */
  constructor(flat: FlatHeaders = []) {
    this.#flat = flat;
  }

  /** Returns a value; several of one name are joined with a comma. `undefined` when there is none. */
  get(name: string): string | undefined {
    const wanted = name.toLowerCase();
    let joined: string | undefined;
    for (let index = 0; index < this.#flat.length; index += 2) {
      if (this.#flat[index] === wanted) joined = joined === undefined ? this.#flat[index + 1] : `${joined}, ${this.#flat[index + 1]}`;
    }
    return joined;
  }

  /** Tells whether there is a header of this name. */
  has(name: string): boolean {
    return indexOf(this.#flat, name.toLowerCase()) !== -1;
  }

  /** Puts a value in the place of all former ones. */
  set(name: string, value: string | number): void {
    const wanted = name.toLowerCase();
    const index = indexOf(this.#flat, wanted);
    if (index === -1) {
      this.#flat.push(wanted, String(value));
      return;
    }
    this.#flat[index + 1] = String(value);
    remove(this.#flat, wanted, index + 2);
  }

  /** Adds a value beside the former ones. */
  append(name: string, value: string | number): void {
    this.#flat.push(name.toLowerCase(), String(value));
  }

  /** Adds a name to `Vary`, unless it is there: what the response depends on. Source: RFC 9110, section 12.5.5. */
  vary(name: string): void {
    const former = this.get('vary');
    if (former === undefined) this.append('vary', name);
    else if (former !== '*' && !former.split(',').some((part) => part.trim().toLowerCase() === name.toLowerCase())) this.set('vary', `${former}, ${name}`);
  }

  /** Takes all values of a name away. */
  delete(name: string): void {
    remove(this.#flat, name.toLowerCase(), 0);
  }

  /** Goes through names and values in the order in which they were put. */
  *[Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    for (let index = 0; index < this.#flat.length; index += 2) yield [this.#flat[index] ?? '', this.#flat[index + 1] ?? ''];
  }

  /** Returns the array in which `headers` are kept; senders write it as it is. */
  static flatOf(headers: ResponseHeaders): FlatHeaders {
    return headers.#flat;
  }
}

function indexOf(flat: FlatHeaders, name: string): number {
  for (let index = 0; index < flat.length; index += 2) if (flat[index] === name) return index;
  return -1;
}

function remove(flat: FlatHeaders, name: string, start: number): void {
  let kept = start;
  for (let index = start; index < flat.length; index += 2) {
    if (flat[index] === name) continue;
    flat[kept] = flat[index] ?? '';
    flat[kept + 1] = flat[index + 1] ?? '';
    kept += 2;
  }
  flat.length = kept;
}
