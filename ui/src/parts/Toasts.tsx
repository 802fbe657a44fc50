import { X } from 'lucide-react';
import { useT } from '../text';
import { Button } from './Button';
import css from './Toasts.module.css';
import { dismiss, useToasts } from './toasts';

/** Where toasts appear; once in the window, above the foot. */
export function Toasts() {
  const t = useT();
  const toasts = useToasts();
  return (
    <div role="status" className={css.place} data-not-printed>
      {toasts.map((one) => (
        <div key={one.id} className={css.toast}>
          <span>{one.text}</span>
          {one.undo && (
            <Button
              kind="quiet"
              small
              onPress={() => {
                one.undo?.act();
                dismiss(one.id);
              }}
            >
              {one.undo.label}
            </Button>
          )}
          <Button
            kind="quiet"
            small
            icon={X}
            aria-label={t('common.close')}
            onPress={() => dismiss(one.id)}
          />
        </div>
      ))}
    </div>
  );
}
