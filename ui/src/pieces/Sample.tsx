import { Sparkles } from 'lucide-react';
import { Button } from '../parts/Button';
import { ErrorLine } from '../parts/ErrorLine';
import { useAct } from '../state/live';
import { go } from '../state/screen';
import { useT } from '../text';

/** Puts a sample piece on the desk and opens it. */
export function Sample() {
  const t = useT();
  const make = useAct('sample.create', (draft) => void go({ name: 'editor', draft: draft.id }));
  return (
    <>
      <Button icon={Sparkles} isDisabled={make.isPending} onPress={() => make.mutate({})}>
        {t('common.action.sample')}
      </Button>
      {make.error && <ErrorLine trouble={make.error} />}
    </>
  );
}
