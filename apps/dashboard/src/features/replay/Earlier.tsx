import { Button } from '@mantine/core'
import type { Replay } from '@ohmstead/sdk'
import { useState } from 'react'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import line from '../../parts/said/line.module.css'
import { Card } from '../../ui/Card.tsx'
import words from '../../ui/words.module.css'
import classes from './Earlier.module.css'
import list from './list.module.css'
import { stateWord } from './State.tsx'
import { useSpeedWords } from './useSpeedWords.ts'

/** As many as are listed before somebody asks for the others. */
const fewEarlier = 5

/** Those that were played before, to be looked at again. */
export function Earlier({ replays, onShow }: { replays: readonly Replay[]; onShow: (id: string) => void }) {
  const { replay: text, common } = useMessages()
  const format = useFormat()
  const speedWords = useSpeedWords()
  const [all, setAll] = useState(false)
  return (
    <Card title={text.earlier}>
      <p className={words.note}>{text.earlierMeans}</p>
      <ul className={list.list}>
        {(all ? replays : replays.slice(0, fewEarlier)).map(replay => (
          <li key={replay.id}>
            <button
              type="button"
              className={`${line.line} ${classes.past}`}
              onClick={() => onShow(replay.id)}
            >
              <span className={line.name}>{format.dateTimes(replay.from, replay.to)}</span>
              <span className={words.note}>
                {text.modes[replay.mode]} · {speedWords(replay.speed)} ·{' '}
                {replay.mode === 'lab'
                  ? text.marks(replay.said, format.count(replay.said))
                  : text.values(replay.sent, format.count(replay.sent))}
              </span>
              <span>{text.states[stateWord(replay)]}</span>
            </button>
          </li>
        ))}
      </ul>
      {!all && replays.length > fewEarlier && (
        <Button size="compact-sm" variant="subtle" onClick={() => setAll(true)}>
          {common.more}
        </Button>
      )}
    </Card>
  )
}
