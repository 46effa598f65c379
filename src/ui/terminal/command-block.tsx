import { memo, type ReactNode } from 'react'
import { RequestMarks } from './request-marks.tsx'
import { asTyped, type Block, type Chunk, chunksOf, sameBlock, sameChunk, widestLine } from './transcript.ts'

interface CommandBlockProps {
  readonly block: Block
  /** Columns of the terminal: what is wider scrolls on its own. */
  readonly columns: number
  /** Its last request is the latest of the terminal. */
  readonly latest: boolean
}

/** The status of what Ctrl-C ended. */
const STOPPED = 130

/** A line that was typed, and what came of it. One that did not change is not drawn again. */
export const CommandBlock = memo(
  Plain,
  (a, b) => a.columns === b.columns && a.latest === b.latest && sameBlock(a.block, b.block),
)

function Plain({ block, columns, latest }: CommandBlockProps): ReactNode {
  const { prompt, line, pieces, requests, status } = block
  const wide = pieces.length > 0 && widestLine(pieces) > columns
  return (
    <div
      className="term-block"
      data-failed={status === undefined || status === 0 || status === STOPPED ? undefined : ''}
    >
      {line !== null && (
        <div className="term-typed">
          <p>
            <span className="term-prompt">{prompt}</span>
            {asTyped(line)}
            {'\n'}
          </p>
          {status !== undefined && status !== 0 && (
            <span className="term-status" data-uncopied="" title="Exit status">
              {status === STOPPED ? 'stopped' : `exit ${status}`}
            </span>
          )}
        </div>
      )}
      {(pieces.length > 0 || requests.length > 0) && (
        <div className="term-result">
          {pieces.length > 0 && (
            <pre
              className="term-out"
              // what scrolls is reached by the keyboard
              {...(wide && { tabIndex: 0, role: 'group', 'aria-label': 'Wide output' })}
            >
              {chunksOf(pieces).map((chunk) => (
                <Lines key={chunk.key} chunk={chunk} />
              ))}
            </pre>
          )}
          {requests.length > 0 && <RequestMarks ids={requests} latest={latest} />}
        </div>
      )}
    </div>
  )
}

const Lines = memo(PlainLines, (a, b) => sameChunk(a.chunk, b.chunk))

function PlainLines({ chunk }: { readonly chunk: Chunk }): ReactNode {
  return (
    <span className="term-chunk">
      {chunk.pieces.map(({ type, text }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: output only grows at its end
        <span key={i} data-err={type === 'err' ? '' : undefined}>
          {text}
        </span>
      ))}
    </span>
  )
}
