import type { DraftRow } from '../backend/wire';
import { NextStep } from './NextStep';
import { PiecePreview } from './PiecePreview';

/** Beside a list: the chosen piece as the portal will show it, and what to do next with it. */
export function ChosenPiece({ row }: { row: DraftRow }) {
  return (
    <PiecePreview key={row.id} id={row.id}>
      {(piece) => <NextStep piece={piece} row={row} />}
    </PiecePreview>
  );
}
