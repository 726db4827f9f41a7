// The 43 event types of Confluence Data Center, with what makes each fire.

import type { CataloguedType } from '../../domain/event-type.ts';

/**
 * When they fire is the table in Atlassian's *Managing Webhooks*; what it lacks (custom content, restrictions,
 * blueprints, themes) is this project's reading. `diagnostics:ping` is no type: nobody can subscribe to it.
 */
export const catalogue: readonly CataloguedType[] = [
  ...group('Attachments', {
    attachment_created: 'A file is attached to a page or blog post.',
    attachment_updated: 'A new version of a file is uploaded or the file is edited.',
    attachment_removed:
      'A file is deleted to the trash on the attachments page (not when only a version is deleted).',
    attachment_trashed: purged('A file'),
    attachment_restored: 'A file is restored from the trash.',
  }),
  ...group('Blog posts', {
    blog_created: 'A blog post is published.',
    blog_updated: 'A blog post is edited.',
    blog_removed: 'A blog post is deleted to the trash.',
    blog_trashed: purged('A blog post'),
    blog_restored: 'A blog post is restored from the trash.',
  }),
  ...group('Comments', {
    comment_created: 'A page, inline or file comment is made.',
    comment_updated: 'A page, inline or file comment is edited.',
    comment_removed: 'A page, inline or file comment is deleted.',
  }),
  ...group('Content', {
    content_created: 'Other (custom) content is created.',
    content_updated: 'Other (custom) content is edited.',
    content_trashed: 'Other (custom) content goes to the trash.',
    content_restored: 'Other (custom) content is restored.',
    content_permissions_updated: 'View or edit restrictions of a page or blog post change.',
  }),
  ...group('Groups', {
    group_created: 'A group is created.',
    group_removed: 'A group is deleted.',
  }),
  ...group('Labels', {
    label_added: 'An existing label is put on a page, blog post or space.',
    label_created: 'A label is used for the first time.',
    label_removed: 'A label is taken off a page, blog post or space.',
    label_deleted: 'A label leaves its last item and so ceases to exist.',
  }),
  ...group('Pages', {
    blueprint_page_created: 'A page is created from a blueprint (besides page_created).',
    page_children_reordered:
      'The order is reset to alphabetical in Space Tools → Reorder pages (not on drag or move).',
    page_created: 'A page is published for the first time, also from a template or blueprint.',
    page_updated: 'An edit of a page is published.',
    page_moved: 'A page moves within the tree, to another parent or to another space.',
    page_removed: 'A page is deleted to the trash.',
    page_trashed: purged('A page'),
    page_restored: 'A page is restored from the trash.',
  }),
  ...group('Spaces', {
    space_created: 'A space is created.',
    space_updated: 'Title, description or status change in Space Tools → Overview.',
    space_removed: 'A space is deleted.',
    space_logo_updated: 'A new file is uploaded as the space logo.',
    space_permissions_updated:
      'Permissions change in Space Tools → Permissions (not through Inspect Permissions).',
  }),
  ...group('Themes', {
    theme_enabled: 'A theme is switched on for the site or a space.',
  }),
  ...group('Users', {
    user_created: 'A user account is created.',
    user_deactivated: 'An account is disabled.',
    user_reactivated: 'A disabled account is enabled.',
    user_removed: 'An account is deleted.',
    user_followed: 'Someone follows a user.',
  }),
];

const names: ReadonlySet<string> = new Set(catalogue.map((type) => type.name));

/** Whether a webhook may subscribe to this event id. */
export function isConfluenceEvent(id: string): boolean {
  return names.has(id);
}

function group(name: string, types: Readonly<Record<string, string>>): CataloguedType[] {
  return Object.entries(types).map(([type, description]) => ({ name: type, description, group: name }));
}

/** Atlassian's wording; its Java API calls this "purge" and moving to the trash "trash", so both may be meant. */
function purged(what: string): string {
  return `${what} is purged from the trash (Atlassian's text; a live instance may mean: goes to the trash).`;
}
