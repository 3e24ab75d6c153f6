/** Where the parts of operations stand: pointers and labels for reports. */
import type { OpenApiOperation } from '../document/openapi-document.ts';

/** An operation, and where it stands. */
export interface OperationPlace {
  readonly path: string;
  readonly operation: OpenApiOperation;
  readonly pointer: string;
  /** `GET /articles` */
  readonly label: string;
}

/** A part of an operation, and where it stands. */
export interface Place<Part> {
  readonly part: Part;
  readonly pointer: string;
  readonly label: string;
}
