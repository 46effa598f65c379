import { memo, type ReactNode } from 'react'
import { RequestMarks } from './request-marks.tsx'
import { asTyped, type Block, sameBlock, widestLine } from './transcript.ts'

interface CommandBlockProps {
  readonly block: Block
  /** Columns of the terminal: what is wider scrolls on its own. */
  readonly columns: number
}

/** A line that was typed, and what came of it. One that did not change is not drawn again. */
export const CommandBlock = memo(Plain, (a, b) => a.columns === b.columns && sameBlock(a.block, b.block))

function Plain({ block, columns }: CommandBlockProps): ReactNode {
  const { prompt, line, pieces, requests, status } = block
  const wide = pieces.length > 0 && widestLine(pieces) > columns
  return (
    <div className="term-block">
      {line !== null && (
        <div className="term-typed">
          <p>
            <span className="term-prompt">{prompt}</span>
            {asTyped(line)}
            {'\n'}
          </p>
          {status !== undefined && status !== 0 && (
            <span className="term-status" data-uncopied="" title="Exit status">
              {status === 130 ? 'stopped' : `exit ${status}`}
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
              {pieces.map(({ type, text }, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: output only grows at its end
                <span key={i} data-err={type === 'err' ? '' : undefined}>
                  {text}
                </span>
              ))}
            </pre>
          )}
          {requests.length > 0 && <RequestMarks ids={requests} />}
        </div>
      )}
    </div>
  )
}
