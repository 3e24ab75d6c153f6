/** `oxidite orm:reencrypt`: encrypts anew what an older key has encrypted. */
import { type Command, defineCommand } from 'oxidite';

/** The command. */
export const ormReencrypt: Command = defineCommand(
  'orm:reencrypt',
  {
    summary: 'Encrypt with the newest key what an older one has encrypted',
    description: 'It can be stopped and run again. Take an older key out of "encryptionKeys" only when nothing is left to be encrypted anew.',
    examples: ['orm:reencrypt'],
  },
  async ({ output }, { orm }) => {
    const rows = await orm.reencrypt();
    output.line(`Encrypted ${rows} ${rows === 1 ? 'row' : 'rows'} anew.`);
    return { rows };
  },
);
