import { KeyRound } from 'lucide-react';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { useAct } from '../../state/live';
import { useT } from '../../text';
import { useChosenFile } from './useChosenFile';

/** The keys of a portal that was never reached from here, in a file from its administrator. */
export function KeyFile({ portal }: { portal: string }) {
  const t = useT();
  const read = useAct('courier.key');
  const file = useChosenFile();
  const failed = file.error ?? read.error;
  return (
    <>
      <Button
        small
        icon={KeyRound}
        isDisabled={read.isPending}
        onPress={() => file.choose((path) => read.mutate({ portal, file: path }))}
      >
        {t('carry.take.key')}
      </Button>
      <span role="status">{read.isSuccess && t('carry.take.key_done')}</span>
      {failed && <ErrorLine trouble={failed} />}
    </>
  );
}
