/** The public surface of @oxidite/auth. */
export type { Auth } from './auth-service.ts';
export { defineIdentity, type Identity } from './define-identity.ts';
export { AuthStrategyMissingError, PasswordTooLongError, SignInRequiredError, TokenInvalidError, type TokenProblem, WeakSecretError } from './errors.ts';
export type { PasswordCost, Passwords } from './passwords/passwords.ts';
export { auth } from './plugin.ts';
export { bearer, type BearerOptions } from './strategies/bearer.ts';
export { jwksBearer, type JwksBearerOptions, type PublicKeyAlgorithm } from './strategies/jwks-bearer.ts';
export type { Authenticator, Credentials, CredentialSource, Strategy, StrategySecurity } from './strategies/strategy.ts';
export type { TokenClaims } from './tokens/claims.ts';
export type { Tokens } from './tokens/tokens.ts';
