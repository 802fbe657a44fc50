import type { PasteReport } from '../../editor';
import { Button } from '../../parts/Button';
import { useT } from '../../text';
import { Notice } from './Notices';

/** What a paste left out or changed, each in a sentence. */
export function PasteNotice({ report, onClose }: { report: PasteReport; onClose: () => void }) {
  const t = useT();
  const left = (
    [
      ['pictures', report.picturesMissing],
      ['comments', report.comments],
      ['hidden_rows', report.hiddenRows],
      ['media', report.media],
      ['flattened', report.flattened],
    ] as const
  ).filter(([, count]) => count > 0);
  return (
    <Notice
      look={report.tooLong ? 'attention' : 'quiet'}
      ways={<Button onPress={onClose}>{t('common.close')}</Button>}
    >
      {report.tooLong
        ? t('editor.pasted.too_long')
        : left.map(([what, count]) => <span key={what}>{t(`editor.pasted.${what}`, { count })} </span>)}
    </Notice>
  );
}
