// Before the first paint, so that nobody sees the other theme flash. Ordinary script: a module would come too late.
;(() => {
  let theme = 'system'
  try {
    theme = JSON.parse(localStorage.getItem('fairlead.view') || '{}').theme || 'system'
  } catch {
    // forbidden or unreadable: the system decides
  }
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
