import type { Node } from 'prosemirror-model';
import { PENDING_PICTURE, schema } from './schema';

/** One node of the editor document as JSON: the form it has in commands. */
export interface DocumentJson {
  type: string;
  attrs?: Record<string, unknown>;
  content?: DocumentJson[];
  marks?: { type: string; attrs?: Record<string, unknown> }[];
  text?: string;
}

/**
 * The document to edit. A text without blocks becomes one empty paragraph.
 * Throws a RangeError when the JSON is not a document of the schema: the caller shows that the text cannot be
 * opened rather than an editor that would drop part of it.
 */
export function readDocument(json: unknown): Node {
  const root = (json ?? { type: 'doc' }) as DocumentJson;
  const filled = root.content?.length ? root : { type: 'doc', content: [{ type: 'paragraph' }] };
  const node = schema.nodeFromJSON(filled);
  node.check();
  return node;
}

/**
 * The document to store: pictures whose bytes are not stored yet are left out, and so is the empty paragraph
 * that the editor keeps at the end to type into.
 */
export function writeDocument(node: Node): DocumentJson {
  const json = prune(node.toJSON() as DocumentJson);
  const blocks = [...(json.content ?? [])];
  while (blocks.length > 0 && isEmptyParagraph(blocks[blocks.length - 1])) blocks.pop();
  return { ...json, content: blocks };
}

function prune(json: DocumentJson): DocumentJson {
  if (!json.content) return json;
  return { ...json, content: json.content.filter((child) => !isPending(child)).map(prune) };
}

function isPending(json: DocumentJson): boolean {
  return json.type === 'image' && String(json.attrs?.src ?? '').startsWith(PENDING_PICTURE);
}

function isEmptyParagraph(json: DocumentJson | undefined): boolean {
  return json?.type === 'paragraph' && !json.content?.length;
}
