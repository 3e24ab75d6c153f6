/** The RealWorld API "Conduit" on Oxidite. Start reading in app/routes/api.ts. */
import { auth, bearer } from '@oxidite/auth';
import { http } from '@oxidite/http';
import { middleware } from '@oxidite/middleware';
import { openapi } from '@oxidite/openapi';
import { orm } from '@oxidite/orm';
import { defineConfig } from 'oxidite';

const DEVELOPMENT_SECRET = 'this secret is public: it is for development only';

export default defineConfig((env) => {
  const isProduction = env['NODE_ENV'] === 'production';
  return defineConfig({
    plugins: [
      http({ port: 3000 }),
      middleware({ cors: { origins: '*' } }), // an API with tokens: any page may call it, none has cookies to steal
      orm({ driver: 'sqlite', database: env['DATABASE'] ?? 'conduit.db' }),
      auth({ strategies: [bearer({ scheme: 'Token', secret: env['JWT_SECRET'] ?? (isProduction ? '' : DEVELOPMENT_SECRET), expiresInSeconds: 7 * 86_400 })] }),
      openapi({ info: { title: 'Conduit', version: '1.0.0', description: 'The RealWorld API on Oxidite' } }),
    ],
    setup(kernel) {
      kernel.tap('cli:banner', (lines) => [...lines, `Sign in: ${toSignInCommand(kernel.use('http').address?.url)}`], { band: 'late' });
    },
  });
});

function toSignInCommand(url = ''): string {
  return `curl ${url}/api/users/login -H 'content-type: application/json' -d '{"user":{"email":"ada@conduit.test","password":"conduit"}}'`;
}
