// The portal: what a tenant's people see who came by a link from a product.

export const portal = {
  /** Where the link names no other. */
  title: 'Webhooks',
  ends: 'This page closes',
  endsLead: 'Finish what you are doing. To go on afterwards, open it again from where you came from.',
  over: 'This page has closed',
  overLead:
    'For your safety it is open for a short while only. Go back to where you opened it, and open it from there again.',
  overWhileTyping:
    'This page has closed, and nothing can be saved here any more. What you typed is still in its place: copy what you need, go back to where you opened this page, and open it from there again.',
  nothing: 'This link shows nothing',
  nothingLead:
    'It lets you see neither webhooks nor deliveries nor events. Ask whoever sent you here for a link that does.',
} as const;
