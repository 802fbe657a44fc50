import { FileInput } from 'lucide-react';
import type { Draft } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { useLive } from '../../state/live';
import { go } from '../../state/screen';
import { useT } from '../../text';
import { Notice } from './Notices';

/** What the document that a piece was made from still asks or says, until the piece is handed in. */
export function BroughtNotice({ draft }: { draft: Draft }) {
  const t = useT();
  const { data } = useLive('drafts.brought', { draft: draft.id }, ['drafts']);
  const brought = data?.brought;
  if (!brought || draft.release !== null || draft.trashed) return null;
  if (!brought.asked && !brought.same_story && brought.report.comments.length === 0) return null;
  return (
    <Notice
      look={brought.asked ? 'attention' : 'quiet'}
      ways={
        <Button icon={FileInput} onPress={() => void go({ name: 'brought', draft: draft.id })}>
          {t('brought.look')}
        </Button>
      }
    >
      {brought.asked ? t('brought.asked') : t('brought.came', { name: brought.name })}
    </Notice>
  );
}
