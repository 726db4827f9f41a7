// Texts that become something else where a page is careless.

export const injections = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(2)</script>',
  'javascript:alert(3)',
  "'-alert(4)-'",
  '{{constructor.constructor("alert(5)")()}}',
] as const;
