import { describe, expect, test } from 'vitest'
import type { LogEntry, TerminalEntry } from '../../model/index.ts'
import { chunksOf, countBy, sameBlock, textOf, transcriptOf, waitingLines, widestLine } from './transcript.ts'

const LAB = { id: '1', place: 'workstation', prompt: 'lab/default $ ' }

type Loose<T> = T extends unknown ? Omit<T, 'terminal'> : never
const entries = (...list: Loose<TerminalEntry>[]): TerminalEntry[] =>
  list.map((entry) => ({ terminal: '1', ...entry }) as TerminalEntry)

const typed = (at: number, line: string, prompt = LAB.prompt) => ({ at, type: 'typed', prompt, line }) as const
const out = (at: number, text: string) => ({ at, type: 'out', text }) as const
const done = (at: number, status = 0, place = 'workstation', prompt = LAB.prompt) =>
  ({ at, type: 'done', status, prompt, place }) as const

describe('what a terminal shows', () => {
  test('each line with what came of it, and how the shell asks next', () => {
    const shown = transcriptOf(
      entries(
        typed(1, 'kubectl get nothing'),
        { at: 1, type: 'err', text: 'error: no such thing\n' },
        done(1, 1),
        typed(5, 'kubectl exec -it client -- sh'),
        done(5, 0, 'Pod/default/client', 'client:/ # '),
      ),
      LAB,
    )
    expect(shown.blocks.map((b) => [b.line, b.status])).toEqual([
      ['kubectl get nothing', 1],
      ['kubectl exec -it client -- sh', 0],
    ])
    expect(shown).toMatchObject({ running: false, prompt: 'client:/ # ', place: 'Pod/default/client' })
  })

  test('a command runs until it is done', () => {
    const shown = transcriptOf(entries(typed(1, 'sleep 5'), out(1, 'a')), LAB)
    expect(shown.running).toBe(true)
    expect(shown.blocks.at(-1)!.status).toBeUndefined()
  })

  test('clear empties the screen, watch only what it shows itself', () => {
    const cleared = transcriptOf(
      entries(
        typed(1, 'ls'),
        out(1, 'a\n'),
        done(1),
        typed(2, 'clear'),
        { at: 2, type: 'clear', what: 'screen' },
        done(2),
      ),
      LAB,
    )
    expect(textOf(cleared.blocks)).toBe('')
    const watched = transcriptOf(
      entries(
        typed(1, 'ls'),
        out(1, 'a\n'),
        done(1),
        typed(2, 'watch ls'),
        { at: 2, type: 'clear', what: 'command' },
        out(2, 'one\n'),
        { at: 4, type: 'clear', what: 'command' },
        out(4, 'two\n'),
      ),
      LAB,
    )
    expect(textOf(watched.blocks)).toBe('lab/default $ ls\na\nlab/default $ watch ls\ntwo\n')
  })

  test('cleared by hand: what came before is gone, a command that runs goes on below', () => {
    const all = entries(typed(1, 'ls'), out(1, 'a\n'), done(1), typed(2, 'loop'), out(2, '1\n'), out(3, '2\n'))
    expect(textOf(transcriptOf(all, LAB, 3).blocks)).toBe('lab/default $ loop\n1\n2\n')
    expect(textOf(transcriptOf(all, LAB, 5).blocks)).toBe('2\n')
    expect(textOf(transcriptOf(all, LAB, 6).blocks)).toBe('')
    expect(transcriptOf(all, LAB, 6).running).toBe(true)
  })

  test('the oldest entries are let go: what remains of a command stands without its line', () => {
    const shown = transcriptOf(entries(out(7, 'b\n'), done(7), typed(8, 'ls'), done(8)), LAB)
    expect(shown.blocks.map((b) => b.line)).toEqual([null, 'ls'])
    expect(shown.running).toBe(false)
  })

  test('exit of the first shell: the next line begins where the terminal did', () => {
    const pod = { id: '2', place: 'Pod/default/client', prompt: 'client:/ # ' }
    const left = { ...done(1, 0, 'Pod/default/client', 'gone'), left: true } as const
    expect(transcriptOf(entries(typed(1, 'exit', pod.prompt), left), pod)).toMatchObject({
      left: true,
      prompt: 'client:/ # ',
      place: 'Pod/default/client',
    })
  })

  test('a terminal that a link opened asks by its place before anybody typed', () => {
    expect(transcriptOf([], { id: '2', place: 'Pod/shop/client', prompt: '' }).prompt).toBe('client:/ # ')
  })

  test('keys stay when older entries are let go, so that nothing is drawn twice', () => {
    const all = entries(typed(1, 'a'), done(1), typed(1, 'b'), done(1), typed(9, 'c'), done(9))
    const keys = (list: TerminalEntry[]) => transcriptOf(list, LAB).blocks.map((b) => b.key)
    expect(keys(all).at(-1)).toBe(keys(all.slice(2)).at(-1))
    expect(new Set(keys(all)).size).toBe(3)
  })

  test('text ends its lines as a terminal would, further lines begin with "> "', () => {
    const shown = transcriptOf(entries(typed(1, 'cat << E\nhi\nE'), out(1, 'hi'), done(1), typed(2, 'ls')), LAB)
    expect(textOf(shown.blocks)).toBe('lab/default $ cat << E\n> hi\n> E\nhi\nlab/default $ ls\n')
  })

  test('blocks that say the same are the same, though they came anew', () => {
    const list = entries(typed(1, 'ls'), out(1, 'a\n'), { at: 1, type: 'request', trace: 't1' }, done(1))
    const [a, b] = [list, structuredClone(list)].map((l) => transcriptOf(l, LAB).blocks[0]!)
    expect(sameBlock(a!, b!)).toBe(true)
    const more = transcriptOf([...list.slice(0, 2), ...entries(out(2, 'b\n')), ...list.slice(2)], LAB).blocks[0]!
    expect(sameBlock(a!, more)).toBe(false)
  })

  test('entries up to a moment', () => {
    const list = entries(typed(1, 'a'), done(1), typed(3, 'b'), done(4))
    expect([0, 1, 2, 3, 9].map((at) => countBy(list, at))).toEqual([0, 2, 2, 3, 4])
  })

  test('the widest line counts tabs as terminals do, and goes on where output paused', () => {
    const wrote = (...texts: string[]) => widestLine(texts.map((text, at) => ({ at, type: 'out', text })))
    expect(wrote('ab\tc\nlonger', ' line\n')).toBe(11)
    expect(wrote('ab\tc\n')).toBe(9)
    expect(wrote('a', 'b', 'c\nd')).toBe(3)
  })

  test('long output falls into chunks of whole lines, the same ones when the oldest are let go', () => {
    const pieces = [0, 500, 1900, 2100, 4500, 4600].map((at) => ({
      at,
      type: 'out' as const,
      text: at === 1900 ? 'x' : 'x\n',
    }))
    const keys = (list: typeof pieces) => chunksOf(list).map((c) => [c.key, c.pieces.length])
    // the line that was begun before 2 s goes on after it
    expect(keys(pieces)).toEqual([
      [0, 4],
      [2, 2],
    ])
    expect(keys(pieces.slice(1))).toEqual([
      [0, 3],
      [2, 2],
    ])
    expect(new Set(keys(pieces).map(([key]) => key)).size).toBe(2)
  })
})

describe('lines that wait', () => {
  const line = (at: number, text: string, terminal = '1'): LogEntry => ({
    at,
    type: 'act',
    action: { type: 'type-line', terminal, line: text },
  })
  const stop = (at: number): LogEntry => ({ at, type: 'act', action: { type: 'interrupt', terminal: '1' } })

  test('one that was just typed waits until the cluster has it', () => {
    expect(waitingLines([line(1, 'a')], [], '1')).toEqual(['a'])
    expect(waitingLines([line(1, 'a')], entries(typed(1, 'a')), '1')).toEqual([])
  })

  test('those that came while a command runs wait for it; other terminals have their own', () => {
    const log = [line(1, 'a'), line(2, 'b'), line(2, 'other', '2'), line(3, 'c')]
    expect(waitingLines(log, entries(typed(1, 'a')), '1')).toEqual(['b', 'c'])
    expect(waitingLines(log, entries(typed(1, 'a'), done(4), typed(4, 'b')), '1')).toEqual(['c'])
  })

  test('Ctrl-C throws away what waits', () => {
    const log = [line(1, 'a'), line(2, 'b'), stop(3)]
    expect(waitingLines(log, entries(typed(1, 'a'), done(3, 130)), '1')).toEqual([])
    expect(waitingLines([...log, line(5, 'c')], entries(typed(1, 'a'), done(3, 130)), '1')).toEqual(['c'])
  })

  test('what waited for a shell that was left is lost, as in a window that closes', () => {
    const log = [line(1, 'sleep 1'), line(2, 'exit'), line(3, 'lost'), line(9, 'anew')]
    const left = entries(typed(1, 'sleep 1'), done(4), typed(4, 'exit'), { ...done(4), left: true })
    expect(waitingLines(log.slice(0, 3), left, '1')).toEqual([])
    expect(waitingLines(log, left, '1')).toEqual(['anew'])
  })

  test('what was begun before the oldest entry that is kept is no matter', () => {
    const log = [line(1, 'a'), line(2, 'b'), line(9, 'c')]
    expect(waitingLines(log, entries(out(8, 'x'), done(8), typed(9, 'c')), '1')).toEqual([])
  })
})
