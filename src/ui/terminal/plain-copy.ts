/** The text of a selection as a terminal shows it: without marks, statuses and hints, and with no line that is not there. */
export function plainSelection(selection: Selection): string {
  let text = ''
  for (let i = 0; i < selection.rangeCount; i++) {
    const part = selection.getRangeAt(i).cloneContents()
    for (const mark of part.querySelectorAll('[data-uncopied]')) mark.remove()
    // a block that ends without a newline is followed by one when another block begins
    for (const block of part.querySelectorAll('.term-block')) {
      const own = block.textContent ?? ''
      if (own !== '' && !own.endsWith('\n') && block.nextElementSibling) block.append('\n')
    }
    text += part.textContent ?? ''
  }
  return text
}
