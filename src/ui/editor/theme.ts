import * as monaco from './monaco.ts'

/** A token's colour with six digits: the build writes #fff for #ffffff, and Monaco takes only the long form. */
function token(name: string): string {
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  return /^#[0-9a-f]{3}$/i.test(value) ? value.replace(/[0-9a-f]/gi, '$&$&') : value
}
const bare = (name: string): string => token(name).replace('#', '')

/** Monaco in the colours of the page's tokens, and again whenever the page changes its theme. */
export function followTheme(): { dispose(): void } {
  const apply = () => {
    const dark = document.documentElement.dataset.theme === 'dark'
    monaco.editor.defineTheme('fairlead', {
      base: dark ? 'vs-dark' : 'vs',
      inherit: true,
      rules: [
        { token: '', foreground: bare('--text') },
        { token: 'key', foreground: bare('--accent') },
        { token: 'string', foreground: bare('--ok') },
        { token: 'number', foreground: bare('--out') },
        { token: 'comment', foreground: bare('--muted') },
        { token: 'separator', foreground: bare('--muted') },
      ],
      colors: {
        'editor.background': token('--surface'),
        'editor.foreground': token('--text'),
        'editorLineNumber.foreground': token('--faint'),
        'editorLineNumber.activeForeground': token('--text'),
        'editorCursor.foreground': token('--accent'),
        'editor.selectionBackground': `${token('--accent')}40`,
        'editor.lineHighlightBackground': `${token('--accent')}14`,
        'editor.lineHighlightBorder': '#00000000',
        'editorIndentGuide.background1': token('--line'),
        ...Object.fromEntries(
          [1, 2, 3, 4, 5, 6].map((n) => [`editorBracketHighlight.foreground${n}`, token('--text')]),
        ),
        'editorError.foreground': token('--bad'),
        'editorWarning.foreground': token('--wait'),
        'editorInfo.foreground': token('--accent'),
        'editorWidget.background': token('--raised'),
        'editorWidget.foreground': token('--text'),
        'editorWidget.border': token('--line'),
        'editorHoverWidget.background': token('--raised'),
        'editorHoverWidget.border': token('--line'),
        'editorSuggestWidget.background': token('--raised'),
        'editorSuggestWidget.selectedBackground': token('--accent-soft'),
        'editorSuggestWidget.selectedForeground': token('--text'),
        'scrollbar.shadow': '#00000000',
        'scrollbarSlider.background': `${token('--muted')}38`,
        'scrollbarSlider.hoverBackground': `${token('--muted')}60`,
        'scrollbarSlider.activeBackground': `${token('--muted')}80`,
        'editorOverviewRuler.border': '#00000000',
        'input.background': token('--surface'),
        focusBorder: token('--accent'),
        'textLink.foreground': token('--accent'),
        'textLink.activeForeground': token('--accent'),
      },
    })
    monaco.editor.setTheme('fairlead')
  }
  apply()
  const observer = new MutationObserver(apply)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  return { dispose: () => observer.disconnect() }
}
