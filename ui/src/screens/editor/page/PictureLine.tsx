import { useState } from 'react';
import { type Body, type PictureSize, sizePicture } from '../../../editor';
import { Button } from '../../../parts/Button';
import { Select } from '../../../parts/Select';
import { useLineDirection } from '../../../parts/writing';
import { useT } from '../../../text';
import css from './Page.module.css';

/** Below the bar while a picture is selected: its description, for those who do not see it. */
export function PictureLine(props: {
  body: Body;
  picture: { pos: number; alt: string; title: string; size: PictureSize };
}) {
  const t = useT();
  const [alt, setAlt] = useState(props.picture.alt);
  const [title, setTitle] = useState(props.picture.title);
  const lineDirection = useLineDirection();
  const keep = () => props.body.describe(props.picture.pos, alt.trim(), title.trim());
  return (
    <form
      className={css.pictureLine}
      onSubmit={(event) => {
        event.preventDefault();
        keep();
        props.body.focus();
      }}
    >
      <label>
        <span>{t('editor.picture.describe')}</span>
        <input
          dir={lineDirection(alt)}
          value={alt}
          onChange={(event) => setAlt(event.target.value)}
          onBlur={keep}
        />
      </label>
      <label>
        <span>{t('editor.picture.caption')}</span>
        <input
          dir={lineDirection(title)}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          onBlur={keep}
        />
      </label>
      <Select
        label={t('editor.picture.size')}
        inline
        choices={(['small', 'medium', 'full'] as const).map((id) => ({
          id,
          label: t(`editor.picture.size.${id}`),
        }))}
        value={props.picture.size || 'full'}
        onChange={(id) =>
          props.body.run(sizePicture(props.picture.pos, id === 'full' ? '' : (id as PictureSize)), true)
        }
      />
      <Button small type="submit">
        {t('editor.picture.keep')}
      </Button>
    </form>
  );
}
