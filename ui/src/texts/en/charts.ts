// What charts say.

export const charts = {
  layers: { successes: 'Success', failures: 'Failure', errors: 'Error' },
  from: 'From',
  spark: (points: readonly { readonly attempts: number; readonly successes: number }[]) => {
    const attempts = points.reduce((sum, point) => sum + point.attempts, 0);
    const successes = points.reduce((sum, point) => sum + point.successes, 0);
    return attempts === 0 ? 'no attempts' : `${successes} of ${attempts} attempts succeeded`;
  },
} as const;
