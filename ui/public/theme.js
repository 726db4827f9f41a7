// Sets the theme before the first paint, so that a dark page never flashes white.
{
  let chosen = null;
  try {
    chosen = localStorage.getItem('posthorn.theme');
  } catch {
    // In somebody else's frame there may be no storage.
  }
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}
