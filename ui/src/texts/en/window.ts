// Choosing a span of time.

export const timeWindow = {
  label: 'Time',
  any: 'Any time',
  presets: {
    '15m': 'Last 15 minutes',
    '1h': 'Last hour',
    '24h': 'Last 24 hours',
    '7d': 'Last 7 days',
    '30d': 'Last 30 days',
  },
  custom: 'From … to …',
  from: 'From',
  to: 'To',
} as const;
