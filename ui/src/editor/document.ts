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
  const blocks: DocumentJson[] = [];
  node.forEach((block) => {
    blocks.push(writeBlock(block));
  });
  while (blocks.length > 0 && isEmptyParagraph(blocks[blocks.length - 1])) blocks.pop();
  return { type: node.type.name, content: blocks };
}

const written = new WeakMap<Node, DocumentJson>();

/** A block that has not changed since it was written last is not written again: each save asks for all of them. */
function writeBlock(block: Node): DocumentJson {
  let json = written.get(block);
  if (!json) {
    json = prune(block.toJSON() as DocumentJson);
    written.set(block, json);
  }
  return json;
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
