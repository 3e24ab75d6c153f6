import { describe, expect, it } from 'vitest';
import { PasswordTooLongError } from '../../../plugins/auth/src/errors.ts';
import { createPasswords } from '../../../plugins/auth/src/passwords/passwords.ts';

const passwords = createPasswords({ memoryKib: 64, passes: 2, parallelism: 1 });

describe('createPasswords', () => {
  it('verifies the password that was hashed, and no other', async () => {
    const hash = await passwords.hash('correct horse');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=64,(?:t=2,p=1|p=1,t=2)/);
    expect(await passwords.verify('correct horse', hash)).toBe(true);
    expect(await passwords.verify('correct horsE', hash)).toBe(false);
  });

  it('salts: one password has two hashes', async () => {
    expect(await passwords.hash('same')).not.toBe(await passwords.hash('same'));
  });

  it('is false for a user who does not exist, even with the password of the decoy or an empty one', async () => {
    expect(await passwords.verify('a password that nobody has', undefined)).toBe(false);
    expect(await passwords.verify('', undefined)).toBe(false);
  });

  it('is false for a damaged hash', async () => {
    expect(await passwords.verify('x', 'not a hash')).toBe(false);
  });

  it('asks for a new hash when the cost was raised', async () => {
    const hash = await passwords.hash('x');
    expect(passwords.needsRehash(hash)).toBe(false);
    expect(createPasswords({ memoryKib: 128, passes: 2, parallelism: 1 }).needsRehash(hash)).toBe(true);
  });

  it('refuses to hash more than 4,096 bytes and never verifies them', async () => {
    await expect(passwords.hash('ü'.repeat(2_049))).rejects.toThrow(PasswordTooLongError);
    expect(await passwords.verify('x'.repeat(4_097), await passwords.hash('x'))).toBe(false);
  });
});
