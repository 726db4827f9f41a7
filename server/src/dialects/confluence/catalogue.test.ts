import { expect, test } from 'vitest';
import { isEventType } from '../../domain/event-type.ts';
import { catalogue, isConfluenceEvent } from './catalogue.ts';

test('the catalogue holds the 43 events of Confluence Data Center, each with a group and a text', () => {
  expect(catalogue.map((type) => type.name).toSorted()).toEqual([
    'attachment_created',
    'attachment_removed',
    'attachment_restored',
    'attachment_trashed',
    'attachment_updated',
    'blog_created',
    'blog_removed',
    'blog_restored',
    'blog_trashed',
    'blog_updated',
    'blueprint_page_created',
    'comment_created',
    'comment_removed',
    'comment_updated',
    'content_created',
    'content_permissions_updated',
    'content_restored',
    'content_trashed',
    'content_updated',
    'group_created',
    'group_removed',
    'label_added',
    'label_created',
    'label_deleted',
    'label_removed',
    'page_children_reordered',
    'page_created',
    'page_moved',
    'page_removed',
    'page_restored',
    'page_trashed',
    'page_updated',
    'space_created',
    'space_logo_updated',
    'space_permissions_updated',
    'space_removed',
    'space_updated',
    'theme_enabled',
    'user_created',
    'user_deactivated',
    'user_followed',
    'user_reactivated',
    'user_removed',
  ]);
  for (const type of catalogue) {
    expect(isEventType(type.name)).toBe(true);
    expect(type.description).toMatch(/^[A-Z].+[.)]$/);
    expect(type.group).not.toBe('');
  }
});

test.each(['diagnostics:ping', 'relation_created', 'page_*', '*', ''])(
  '%o is no event that a webhook can subscribe to',
  (id) => {
    expect(isConfluenceEvent(id)).toBe(false);
  },
);
