/** Who is signed in: the user whose id a token carries. */
import { defineIdentity } from '@oxidite/auth';
import { User } from './models/user.ts';

export const identity = defineIdentity(({ subject }, { orm }) => orm.find(User, Number(subject)));
