/** Drizzle, with statements built for each call. */
import { openDrizzle } from './open-drizzle.ts';
import type { OpenSubject } from '../subject.ts';

/** Opens it. */
export const open: OpenSubject = (target) => openDrizzle(target, false);
