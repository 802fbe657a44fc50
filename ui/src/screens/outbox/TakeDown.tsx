import { useState } from 'react';
import { Form } from 'react-aria-components';
import type { OutboxEntry } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Field } from '../../parts/Field';
import { useAct } from '../../state/live';
import { useT } from '../../text';
import css from './Entry.module.css';

/** A piece that may be there is taken down for a reason, which the portal's editor reads. */
export function TakeDown(props: { entry: OutboxEntry; onDone: () => void }) {
  const t = useT();
  const [reason, setReason] = useState('');
  const [asked, setAsked] = useState(false);
  const withdraw = useAct('outbox.withdraw', props.onDone);
  return (
    <Form
      className={css.takeDown}
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (reason.trim()) withdraw.mutate({ entry: props.entry.id, reason: reason.trim() });
      }}
    >
      <Field
        label={t('outbox.withdraw_reason')}
        help={t('outbox.withdraw_reason_help')}
        value={reason}
        onChange={setReason}
        trouble={asked && !reason.trim() ? t('outbox.withdraw_reason_needed') : undefined}
        autoFocus
      />
      {withdraw.error && <ErrorLine trouble={withdraw.error} />}
      <div className={css.ways}>
        <Button small onPress={props.onDone}>
          {t('common.action.cancel')}
        </Button>
        <Button small kind="danger" type="submit" isDisabled={withdraw.isPending}>
          {t('outbox.take_down')}
        </Button>
      </div>
    </Form>
  );
}
