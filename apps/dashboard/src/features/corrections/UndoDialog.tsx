import { Button, Skeleton } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { previewUndo, undoEdit } from '../../api/corrections.ts'
import type { SavedEdit } from '../../api/energy.ts'
import { siteKey } from '../../api/queries.ts'
import { useMessages } from '../../i18n/context.tsx'
import { useEditName } from '../../parts/EnergyHistory.tsx'
import { Dialog, DialogActions } from '../../ui/Dialog.tsx'
import { explain } from '../../ui/explain.ts'
import { Failure } from '../../ui/Failure.tsx'
import { FormError } from '../../ui/FormError.tsx'
import classes from './Corrections.module.css'
import { PreviewTable } from './PreviewTable.tsx'

interface Props {
  readonly site: string
  readonly edit: SavedEdit
  readonly onDone: () => void
  readonly onClose: () => void
}

/** Shows what undoing a correction would change, before it does. */
export function UndoDialog({ site, edit, onDone, onClose }: Props) {
  const messages = useMessages()
  const { corrections: text, common } = messages
  const name = useEditName()(edit)
  const client = useQueryClient()
  const preview = useQuery({
    queryKey: [...siteKey(site), 'preview-undo', edit.id],
    queryFn: () => previewUndo(site, edit.id),
    gcTime: 0,
  })
  const undo = useMutation({
    mutationFn: () => undoEdit(site, edit.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: siteKey(site) })
      onDone()
    },
  })
  return (
    <Dialog title={text.undoTitle} onClose={onClose}>
      <div className={classes.form}>
        <p>{name}</p>
        {preview.data !== undefined ? (
          <PreviewTable preview={preview.data} />
        ) : preview.isError ? (
          <Failure error={preview.error} onRetry={() => preview.refetch()} />
        ) : (
          <Skeleton height={200} />
        )}
        <FormError text={undo.error === null ? null : explain(undo.error, messages).happened} />
        <DialogActions>
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button
            disabled={preview.data === undefined}
            loading={undo.isPending}
            onClick={() => undo.mutate()}
          >
            {text.undoSave}
          </Button>
        </DialogActions>
      </div>
    </Dialog>
  )
}
