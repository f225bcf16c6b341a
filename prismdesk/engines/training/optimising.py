"""One step of AdamW (Loshchilov and Hutter, 2019) over all that learns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.training.schedules import learning_rate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.subject import LearnedGroup

_MOMENTS = ("exp_avg", "exp_avg_sq")


class Optimiser:
    """AdamW with a learning rate for each group, clipping, and exact going on.

    Args:
        groups: what learns.
        options: rates, weight decay and clipping.
        betas: of AdamW.
    """

    def __init__(
        self,
        groups: Sequence[LearnedGroup],
        options: TrainingOptions,
        betas: tuple[float, float],
    ) -> None:
        self._groups = [group for group in groups if group.parameters]
        self._options = options
        self._adam = torch.optim.AdamW(
            [{"params": list(group.parameters.values())} for group in self._groups],
            lr=options.lr,
            betas=betas,
            weight_decay=options.weight_decay,
        )
        for group in self._groups:
            for parameter in group.parameters.values():
                parameter.requires_grad_()

    def rates(self, step: int) -> tuple[float, float]:
        """Return the learning rates of step number ``step``, from 0: of A and of B.

        Where nothing is an upward half both are the run's own.
        """
        rate = learning_rate(self._options, step)
        up = next((group.lr_ratio for group in self._groups if group.is_up), 1.0)
        return rate, rate * up

    def gradient_norm(self) -> float:
        """Return how long the gradient is, and shorten it to what the options allow."""
        parameters = [one for group in self._groups for one in group.parameters.values()]
        limit = self._options.gradient_clip or float("inf")
        return float(torch.nn.utils.clip_grad_norm_(parameters, limit))

    def step(self, step: int) -> None:
        """Change the parameters by their gradients, and forget these."""
        rate = learning_rate(self._options, step)
        for settings, group in zip(self._adam.param_groups, self._groups, strict=True):
            settings["lr"] = rate * group.lr_ratio
        self._adam.step()
        self.forget_gradients()

    def forget_gradients(self) -> None:
        """Let go of all gradients."""
        self._adam.zero_grad(set_to_none=True)

    def tensors(self) -> dict[str, Tensor]:
        """Return the running means of gradients, by names; empty before the first step."""
        return {
            f"{moment}/{name}": self._adam.state[parameter][moment]
            for name, parameter in self._named()
            if parameter in self._adam.state
            for moment in _MOMENTS
        }

    def restore(self, tensors: Mapping[str, Tensor], steps: int) -> None:
        """Take back what ``tensors`` returned after so many steps.

        Raises:
            KeyError: something is missing.
        """
        for name, parameter in self._named():
            state = {
                moment: tensors[f"{moment}/{name}"].to(parameter.device, copy=True)
                for moment in _MOMENTS
            }
            for moment in state.values():
                if moment.shape != parameter.shape:
                    raise KeyError(name)
            state["step"] = torch.tensor(float(steps), device="cpu")
            self._adam.state[parameter] = state

    def move_to(self, device: torch.device) -> None:
        """Bring the running means to a device."""
        for state in self._adam.state.values():
            for moment in _MOMENTS:
                state[moment] = state[moment].to(device)

    def _named(self) -> list[tuple[str, torch.nn.Parameter]]:
        return [pair for group in self._groups for pair in group.parameters.items()]
