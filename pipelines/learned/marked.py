"""The second reading in torch, for training: upper layers that know where names stand, under the arcs."""

import copy

from arcs import ArcHeads
from network import SHARED, Network
from torch import Tensor, nn

from kg.extract.mentions.marked import MARKS


class Marked(nn.Module):
    """A copy of the encoder's layers above `SHARED`, and the arcs; `forward` gives the pieces' vectors."""

    def __init__(self, network: Network, heads: ArcHeads) -> None:
        super().__init__()
        self.size = network.encoder.config.hidden_size
        self.upper = copy.deepcopy(network.encoder.encoder)
        self.upper.layer = self.upper.layer[SHARED:]
        self.marks = nn.Linear(MARKS, self.size, bias=False)
        nn.init.zeros_(self.marks.weight)
        self.arcs = heads

    def forward(self, lower: Tensor, there: Tensor, marks: Tensor) -> Tensor:
        """Return (texts, pieces, size), like `lower`; `there` (texts, pieces) tells pieces from padding."""
        hidden = lower + self.marks(marks)
        return self.upper(hidden, attention_mask=there[:, None, None, :]).last_hidden_state
