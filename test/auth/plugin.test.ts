import { auth, bearer } from '@oxidite/auth';
import { describePlugin } from '@oxidite/plugin-sdk/testing';
import { describe, it } from 'vitest';

describePlugin({ describe, it }, auth({ strategies: [bearer({ secret: 'a secret for tests that is long enough to sign with' })] }));
