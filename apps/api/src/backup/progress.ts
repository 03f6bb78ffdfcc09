export const PHASES = ['tables', 'files', 'checking'] as const;
export type Phase = (typeof PHASES)[number];

/** Told how far a phase is, in bytes. */
export type OnProgress = (phase: Phase, done: number, total: number) => void;
