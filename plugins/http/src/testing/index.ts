/** The test kit for routes and plugins of the HTTP layer. */
export { createTestHttp, type TestHttp, type TestHttpOptions, type TestRequest, type TestResponse } from './create-test-http.ts';
