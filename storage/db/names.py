"""The name and version under which each value is stored. A name is for ever: it may never be reused or renamed.

A field may be added with a default. Any other change raises the version and adds a line to `UPGRADES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from states import dialogue, effects, events, messages, screen
from states.lifecycle import alerts, answers, appeal, counted, tasks
from states.people import chats, comments, officials, paces
from states.worktime import deadlines

NAMES: tuple[tuple[str, type[Any]], ...] = (
    # what people send
    ("attachment.1", messages.Attachment),
    ("location.1", messages.Location),
    ("command.1", messages.Command),
    ("reply.1", messages.Reply),
    ("message.1", messages.Message),
    # what people see
    ("button.1", screen.Button),
    ("keyboard.1", screen.Keyboard),
    ("screen.1", screen.Screen),
    # events
    ("message_new.1", events.MessageNew),
    ("message_edited.1", events.MessageEdited),
    ("button_pressed.1", events.ButtonPressed),
    ("panel_acted.1", events.PanelActed),
    ("request_posted.1", events.RequestPosted),
    ("chat_changed.1", events.ChatChanged),
    ("messages_allowed.1", events.MessagesAllowed),
    ("messages_denied.1", events.MessagesDenied),
    ("timer_fired.1", events.TimerFired),
    ("marks.1", comments.Marks),
    ("comment_told.1", events.CommentTold),
    ("comment_acted.1", events.CommentActed),
    ("post_told.1", events.PostTold),
    ("delivery_ended.1", events.DeliveryEnded),
    ("reread_failed.1", events.RereadFailed),
    ("erasure_asked.1", events.ErasureAsked),
    ("source_read.1", events.SourceRead),
    ("routes_changed.1", events.RoutesChanged),
    ("member.1", officials.Member),
    ("members_listed.1", events.MembersListed),
    ("chat_unseen.1", events.ChatUnseen),
    ("chat_refused.1", events.ChatRefused),
    ("poisoned.1", events.Poisoned),
    ("alarm.1", events.Alarm),
    ("not_for_us.1", events.NotForUs),
    # effects
    ("source.1", effects.Source),
    ("send.1", effects.Send),
    ("edit.1", effects.Edit),
    ("answer_button.1", effects.AnswerButton),
    ("cancel_send.1", effects.CancelSend),
    ("start_timer.1", effects.StartTimer),
    ("cancel_timer.1", effects.CancelTimer),
    ("reread.1", effects.Reread),
    ("release.1", effects.Release),
    ("retell.1", effects.Retell),
    ("send_held.1", effects.SendHeld),
    ("let_go.1", effects.LetGo),
    # chats
    ("doubt.1", chats.Doubt),
    # appeals
    ("piece.1", appeal.Piece),
    ("counted.1", counted.Counted),
    ("remark.1", appeal.Remark),
    ("pace.1", paces.Pace),
    ("deadline.1", deadlines.Deadline),
    ("stopped.1", deadlines.Stopped),
    ("held.1", answers.Held),
    ("approval.1", answers.Approval),
    ("watch.1", answers.Watch),
    ("task.1", tasks.Task),
    ("said_at.1", alerts.SaidAt),
    ("alert.1", alerts.Alert),
    ("appeal.1", appeal.Appeal),
    ("history.1", appeal.History),
    # steps and the dialogue
    ("idle.1", dialogue.Idle),
    ("asking_consent.1", dialogue.AskingConsent),
    ("refused.1", dialogue.Refused),
    ("asking_text.1", dialogue.AskingText),
    ("asking_scene.1", dialogue.AskingScene),
    ("choosing_topic.1", dialogue.ChoosingTopic),
    ("choosing_group.1", dialogue.ChoosingGroup),
    ("choosing_topic_of.1", dialogue.ChoosingTopicOf),
    ("choosing_place.1", dialogue.ChoosingPlace),
    ("choosing_parts.1", dialogue.ChoosingParts),
    ("asking_address.1", dialogue.AskingAddress),
    ("choosing_level.1", dialogue.ChoosingLevel),
    ("choosing_agency.1", dialogue.ChoosingAgency),
    ("confirming_agency.1", dialogue.ConfirmingAgency),
    ("preview.1", dialogue.Preview),
    ("choosing_change.1", dialogue.ChoosingChange),
    ("listing_appeals.1", dialogue.ListingAppeals),
    ("showing_appeal.1", dialogue.ShowingAppeal),
    ("adding_to.1", dialogue.AddingTo),
    ("confirming_withdrawal.1", dialogue.ConfirmingWithdrawal),
    ("choosing_same.1", dialogue.ChoosingSame),
    ("rating.1", dialogue.Rating),
    ("showing_data.1", dialogue.ShowingData),
    ("confirming_erasure.1", dialogue.ConfirmingErasure),
    ("asking_publication.1", dialogue.AskingPublication),
    ("reporting_danger.1", dialogue.ReportingDanger),
    ("confirming_safety.1", dialogue.ConfirmingSafety),
    ("offering_duty.1", dialogue.OfferingDuty),
    ("doubted.1", dialogue.Doubted),
    ("draft.1", dialogue.Draft),
    ("dialogue.1", dialogue.Dialogue),
)

UPGRADES: Mapping[str, tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""From an old name and version to the next version, with what makes the fields of the next out of the old ones."""
