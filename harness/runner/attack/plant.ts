import { documentOf, idOf, type Line, lineOf, type Planted, type Shape, streamName, textOf } from './line.ts';
import type { Defect, Kind, Plan } from './plan.ts';

/** A document that is still what its emitter wrote: defects choose among these, so that each has its one fate. */
interface Sound {
  stream: number;
  seq: number;
  line: Line;
  shape: Shape;
}

const SHAPES: Shape[] = ['parsed', 'whole', 'nested', 'with newline', 'without time', 'id and payload'];

/** The documents that the engine holds after everything went as planned, and how often each kind found something to spoil. */
export function plant(plan: Plan): { documents: Planted[]; planted: Map<Kind, number> } {
  const planter = new Planter(plan);
  for (const defect of plan.defects) planter.plant(defect);
  return { documents: planter.documents(), planted: planter.planted };
}

class Planter {
  readonly planted = new Map<Kind, number>();
  readonly #plan: Plan;
  #sound: Sound[];
  readonly #spoilt: Planted[] = [];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#sound = plan.streams.flatMap((one, stream) =>
      Array.from({ length: one.accepted + one.inDoubt }, (_, seq) => seq)
        .filter((seq) => seq < one.accepted || (one.doubtBits >> (seq - one.accepted)) & 1)
        .map((seq) => ({
          stream,
          seq,
          line: lineOf(streamName(stream), seq, one),
          shape: SHAPES[(seq * 7 + stream) % SHAPES.length]!,
        })),
    );
  }

  plant({ kind, stream: n, at, size }: Defect): void {
    const { streams } = this.#plan;
    const stream = n % streams.length;
    const { accepted, inDoubt } = streams[stream]!;
    const name = streamName(stream);
    const middle = 1 + (at % Math.max(1, accepted - 2));
    const reach: Partial<Record<Kind, [from: number, to: number]>> = {
      'lost head': [0, Math.min(size, accepted)],
      'lost middle': [middle, Math.min(middle + size, accepted - 1)],
      'lost tail': [Math.max(0, accepted - size), accepted],
      'lost whole': [0, accepted],
    };
    const nobodys: Partial<Record<Kind, string>> = {
      'stranger of another run': idOf(name, at, 'rstranger'),
      'stranger of another stream': idOf(`${name}x`, at),
      'stranger beyond intended': idOf(name, accepted + inDoubt + size - 1),
    };
    if (reach[kind]) this.#lose(kind, stream, ...reach[kind]);
    else if (nobodys[kind]) this.#stranger(kind, nobodys[kind]);
    else if (kind === 'stranger without id') this.#mute(at);
    else this.#spoilSome(kind, at, size);
  }

  #lose(kind: Kind, stream: number, from: number, to: number): void {
    const before = this.#sound.length;
    this.#sound = this.#sound.filter((one) => one.stream !== stream || one.seq < from || one.seq >= to);
    if (this.#sound.length < before) this.#count(kind);
  }

  #mute(at: number): void {
    this.#spoil({ message: at % 3 ? `hello ${at}` : {}, path: '/app/log/app.log', count: at }, undefined);
    this.#count('stranger without id');
  }

  /** Spoils one document, or a few where that makes ranges. */
  #spoilSome(kind: Kind, at: number, size: number): void {
    const times = kind === 'copied' || kind.startsWith('payload') || kind.startsWith('id') ? Math.min(size, 5) : 1;
    for (let i = 0; i < times; i++) if (this.#spoilOne(kind, at + i * 3, size)) this.#count(kind);
  }

  documents(): Planted[] {
    const sound = this.#sound.map(({ line, shape }) => ({
      source: documentOf(line, shape),
      claims: line.id,
      intact: true,
      late: false,
    }));
    const documents = [...sound, ...this.#spoilt];
    const { shuffleSeed, lateOneIn } = this.#plan;
    let state = shuffleSeed;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    if (shuffleSeed > 0)
      for (let i = documents.length - 1; i > 0; i--) {
        const j = random(i + 1);
        [documents[i], documents[j]] = [documents[j]!, documents[i]!];
      }
    for (const one of documents) one.late = lateOneIn > 0 && random(lateOneIn) === 0;
    return documents;
  }

  /** Spoils the sound document that `at` points at. False where there is none that the kind can be done to. */
  #spoilOne(kind: Kind, at: number, size: number): boolean {
    const chosen = this.#sound[at % Math.max(1, this.#sound.length)];
    if (!chosen) return false;
    const { line, shape, seq } = chosen;
    const { accepted, inDoubt } = this.#plan.streams[chosen.stream]!;
    const name = streamName(chosen.stream);
    const bent = (change: Partial<Line>) => {
      this.#take(chosen);
      this.#spoil(documentOf({ ...line, ...change }, shape), change.id ?? line.id);
      return true;
    };
    const { payload } = line;
    const inside = 1 + (size % (payload.length - 2));
    switch (kind) {
      case 'copied':
        for (let i = 0; i <= size % 3; i++) this.#sound.push({ ...chosen });
        return true;
      case 'payload bent':
        return bent({ payload: `${payload.slice(0, inside)}#${payload.slice(inside + 1)}` });
      case 'payload cut':
        return bent({ payload: at % 2 ? payload.slice(0, -inside) : payload.slice(inside) });
      case 'payload of another':
        return bent({ payload: lineOf(name, seq + size, this.#plan.streams[chosen.stream]!).payload });
      case 'id of another record': {
        const other = (seq + size) % (accepted + inDoubt);
        return other !== seq && bent({ id: idOf(name, other) });
      }
      case 'id of another stream': {
        const stream = (chosen.stream + 1) % this.#plan.streams.length;
        const { accepted, inDoubt } = this.#plan.streams[stream]!;
        return stream !== chosen.stream && seq < accepted + inDoubt && bent({ id: idOf(streamName(stream), seq) });
      }
      case 'id beyond intended':
        return bent({ id: idOf(name, accepted + inDoubt + size - 1) });
      case 'id of another run':
        return bent({ id: idOf(name, seq, 'rother') });
      case 'id broken':
        this.#take(chosen);
        this.#spoil(documentOf({ ...line, id: `${line.id.slice(0, -2)}x${line.id.at(-1)}` }, shape), undefined);
        return true;
      case 'id grown':
        this.#take(chosen);
        this.#spoil(documentOf({ ...line, id: `${line.id}${size % 10}` }, shape), undefined);
        return true;
      case 'line torn':
        return this.#tear(chosen, at * 71 + size);
      default:
        return this.#merge(kind, chosen, at, size);
    }
  }

  /** One line as two documents: what a tail makes that reads between two writes. */
  #tear(chosen: Sound, at: number): boolean {
    const text = textOf(chosen.line);
    const { id } = chosen.line;
    const start = text.indexOf(id);
    const end = start + id.length;
    const cut = 1 + (at % (text.length - 1));
    const [head, tail] = [text.slice(0, cut), text.slice(cut)];
    // What begins as a pipeline would cut off a time or a level cannot be told from such a one.
    if (chosen.line.format === 'text' && (cut === start || tail.startsWith('INFO '))) return false;
    this.#take(chosen);
    this.#spoil({ message: head }, cut >= end ? id : undefined);
    // A tail that begins within the run's name carries what looks like an id of another run.
    const runEnd = start + id.indexOf('/');
    const rest = cut <= start ? id : cut < runEnd ? text.slice(cut, end) : undefined;
    this.#spoil({ message: tail }, rest);
    return true;
  }

  #merge(kind: Kind, first: Sound, at: number, size: number): boolean {
    const text = textOf(first.line);
    const between = at % 2 ? '\n' : '';
    if (kind === 'line merged with itself') {
      this.#take(first);
      this.#spoil({ message: `${text}${between}${text}` }, first.line.id);
      return true;
    }
    const second = this.#sound[(at + size) % this.#sound.length];
    if (!second || second === first || second.line.id === first.line.id) return false;
    this.#take(first);
    this.#take(second);
    if (kind === 'documents merged') {
      const both = [first, second].map(({ line, shape }) => documentOf(line, shape));
      this.#spoil({ both }, first.line.id);
      return true;
    }
    const head = kind === 'torn head merged' ? text.slice(0, 1 + (size % text.indexOf(first.line.id))) : text;
    const { line } = kind === 'torn head merged' ? second : first;
    this.#spoil({ log: { message: `${head}${between}${textOf(second.line)}` } }, line.id);
    return true;
  }

  #stranger(kind: Kind, id: string): void {
    this.#spoil(documentOf({ id, payload: '[of nobody]', format: 'json' }, 'parsed'), id);
    this.#count(kind);
  }

  #take(one: Sound): void {
    this.#sound.splice(this.#sound.indexOf(one), 1);
  }

  #spoil(source: Record<string, unknown>, claims: string | undefined): void {
    this.#spoilt.push({ source, claims, intact: false, late: false });
  }

  #count(kind: Kind): void {
    this.planted.set(kind, (this.planted.get(kind) ?? 0) + 1);
  }
}
