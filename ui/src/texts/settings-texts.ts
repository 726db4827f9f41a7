// What the settings say: apart from the other texts, so that only who opens them fetches it.

import { enSettings } from './en/settings/en-settings.ts';

type SettingsTexts = typeof enSettings;

export const settingsTexts: SettingsTexts = enSettings;
