import { Field } from '../parts/Field';
import { useT } from '../text';

/** A passphrase and the same once more. */
export interface TwoWords {
  one: string;
  two: string;
}

const SHORTEST = 8;

/** Whether both are the same and long enough; the desk itself decides in the end. */
export const isPassphrase = ({ one, two }: TwoWords) => [...one].length >= SHORTEST && one === two;

/** Two lines for a new passphrase. */
export function NewPassphrase(props: {
  value: TwoWords;
  onChange: (value: TwoWords) => void;
  asked: boolean;
  autoFocus?: boolean;
}) {
  const t = useT();
  const { one, two } = props.value;
  return (
    <>
      <Field
        label={t('people.new')}
        help={t('people.short')}
        type="password"
        autoComplete="off"
        value={one}
        onChange={(value) => props.onChange({ one: value, two })}
        trouble={props.asked && [...one].length < SHORTEST ? t('people.short') : undefined}
        autoFocus={props.autoFocus}
      />
      <Field
        label={t('people.again')}
        type="password"
        autoComplete="off"
        value={two}
        onChange={(value) => props.onChange({ one, two: value })}
        trouble={props.asked && one !== two ? t('people.differ') : undefined}
      />
    </>
  );
}
