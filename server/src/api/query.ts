// Query parameters: text on the wire, checked against the route's schema without guessing.

import type { FastifySchemaCompiler } from 'fastify';

/**
 * The server's compiler for route schemas. `querystring` and `params`: where the schema says integer, number or
 * boolean, exactly that spelling becomes the value (`10`, never `1e1`, `010` or ` 10`), a repeated parameter becomes an
 * array where the schema says array; anything else is refused with `invalid`, unknown parameters included (`query/name`).
 * `body`: `bodyReader` on the bytes, so that `request.body` is the checked value. Headers are left as they are.
 */
export declare const compileSchema: FastifySchemaCompiler<unknown>;

/** For a route whose body is read by its own code: `{ validatorCompiler: bodyAsIs }` with a schema that only documents. */
export declare const bodyAsIs: FastifySchemaCompiler<unknown>;
