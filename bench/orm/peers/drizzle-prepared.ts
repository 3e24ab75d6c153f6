/** Drizzle, with statements prepared once where it can: what it recommends for speed. */
import { openDrizzle } from './open-drizzle.ts';
import type { OpenSubject } from '../subject.ts';

/** Opens it. */
export const open: OpenSubject = (target) => openDrizzle(target, true);
