import type { FeedItem } from '../../../contracts/control-api.ts';
import type { InstanceStatus } from '../../../contracts/instance-status.ts';

type Item<Type extends FeedItem['type']> = Extract<FeedItem, { type: Type }>;

/** Real milliseconds after which a wait is given up. It decides no test: it only turns a hang into a message. */
const patienceMs = 30_000;

/** The items at the end of a story that a failed wait shows. */
const shownItems = 25;

/**
 * What an emulator tells, as it tells it. Every wait takes the place in the story from which on an item counts, so that what happened
 * before is not taken for what is waited for.
 */
export class Story {
  readonly items: FeedItem[] = [];
  #ended = false;
  readonly #listeners = new Set<() => void>();

  /** Takes one line of `rolevm up --json`. */
  add(line: string): void {
    if (line.trim() !== '') this.items.push(JSON.parse(line) as FeedItem);
    this.#changed();
  }

  end(): void {
    this.#ended = true;
    this.#changed();
  }

  /** The place in the story from which on everything is new. */
  get now(): number {
    return this.items.length;
  }

  /** The first item of a type that matches. */
  item<Type extends FeedItem['type']>(type: Type, matches: (item: Item<Type>) => boolean, from = 0): Promise<Item<Type>> {
    return this.#first(`${type} where ${matches}`, () =>
      this.items.slice(from).find((item): item is Item<Type> => item.type === type && matches(item as Item<Type>)),
    );
  }

  async status(instance: string, state: InstanceStatus, from = 0): Promise<Item<'status'>['instance']> {
    const wanted = (item: Item<'status'>) => item.instance.name === instance && item.instance.state === state;
    return (await this.#first(`${instance} ${state}`, () => this.of('status', from).find(wanted))).instance;
  }

  started(instance: string, name: string, from = 0): Promise<Item<'process.started'>> {
    const wanted = (item: Item<'process.started'>) => item.instance === instance && item.name === name;
    return this.#first(`start of ${name} in ${instance}`, () => this.of('process.started', from).find(wanted));
  }

  ended(instance: string, name: string, from = 0): Promise<Item<'process.ended'>> {
    const wanted = (item: Item<'process.ended'>) => item.instance === instance && item.name === name;
    return this.#first(`end of ${name} in ${instance}`, () => this.of('process.ended', from).find(wanted));
  }

  output(instance: string, text: string, from = 0): Promise<Item<'output'>> {
    const wanted = (item: Item<'output'>) => item.instance === instance && item.line.includes(text);
    return this.#first(`output "${text}" of ${instance}`, () => this.of('output', from).find(wanted));
  }

  /** The items of one type. */
  of<Type extends FeedItem['type']>(type: Type, from = 0): Item<Type>[] {
    return this.items.slice(from).filter((item): item is Item<Type> => item.type === type);
  }

  /** Lines that an instance has printed. */
  printed(instance: string, from = 0): string[] {
    return this.of('output', from).flatMap((item) => (item.instance === instance ? [item.line] : []));
  }

  /** The states of an instance in the order in which it entered them; the same state with other details counts once. */
  states(instance: string, from = 0): InstanceStatus[] {
    const all = this.of('status', from).flatMap((item) => (item.instance.name === instance ? [item.instance.state] : []));
    return all.filter((state, index) => state !== all[index - 1]);
  }

  #first<Found>(what: string, find: () => Found | undefined): Promise<Found> {
    return new Promise((resolve, reject) => {
      const give = (settle: () => void) => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        settle();
      };
      const look = () => {
        const found = find();
        if (found !== undefined) give(() => resolve(found));
        else if (this.#ended) give(() => reject(new Error(`the emulator ended without this: ${what}\n${this.#tail()}`)));
      };
      const timer = setTimeout(() => give(() => reject(new Error(`it did not happen: ${what}\n${this.#tail()}`))), patienceMs);
      this.#listeners.add(look);
      look();
    });
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #tail(): string {
    return this.items
      .slice(-shownItems)
      .map((item) =>
        item.type === 'status' ? `${item.at} ${item.instance.name} ${item.instance.state} ${item.instance.details}` : JSON.stringify(item),
      )
      .join('\n');
  }
}
