"""Networks as people write them in PyTorch, small."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402, N812


class Example(nn.Module):
    """PyTorch's own example for MNIST, with fewer filters."""

    def __init__(self, maps=(4, 6), hidden=8):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, maps[0], 3, 1), nn.Conv2d(maps[0], maps[1], 3, 1)
        self.dropout1, self.dropout2 = nn.Dropout(0.25), nn.Dropout(0.5)
        self.fc1, self.fc2 = nn.Linear(maps[1] * 144, hidden), nn.Linear(hidden, 10)

    def forward(self, x):
        x = F.relu(self.conv2(F.relu(self.conv1(x))))
        x = torch.flatten(self.dropout1(F.max_pool2d(x, 2)), 1)
        x = self.dropout2(F.relu(self.fc1(x)))
        return F.log_softmax(self.fc2(x), dim=1)


class Older(nn.Module):
    """The example before that: pools, then ReLU."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5)
        self.conv2_drop = nn.Dropout2d()
        self.fc1, self.fc2 = nn.Linear(320, 50), nn.Linear(50, 10)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2_drop(self.conv2(x)), 2))
        x = F.relu(self.fc1(x.view(-1, 320)))
        return F.log_softmax(self.fc2(F.dropout(x, training=self.training)))


class LeNet5(nn.Module):
    """LeNet-5, of any activation and kind of pool."""

    def __init__(self, activation=torch.tanh, pool=F.avg_pool2d):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 12), nn.Linear(12, 8), nn.Linear(8, 10)
        self.activation, self.pool = activation, pool

    def forward(self, x):
        x = self.pool(self.activation(self.conv1(x)), 2)
        x = self.pool(self.activation(self.conv2(x)), 2).flatten(1)
        return self.fc3(self.activation(self.fc2(self.activation(self.fc1(x)))))


class Normalised(nn.Module):
    """Named layers with batch normalisations after the convolutions, whose order is no help."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = (nn.Conv2d(1, 4, 3, bias=False), nn.Conv2d(4, 8, 3, bias=False))
        self.bn1, self.bn2 = nn.BatchNorm2d(4), nn.BatchNorm2d(8)
        self.fc1, self.fc2 = nn.Linear(200, 16), nn.Linear(16, 10)
        self.bn3 = nn.BatchNorm1d(16)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.bn2(self.conv2(x))), 2).flatten(1)
        return self.fc2(F.relu(self.bn3(self.fc1(x))))


class Parts(nn.Module):
    """Two sequences, with what is between them in the code."""

    def __init__(self, activation=nn.ReLU):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.BatchNorm2d(4), activation(),
            nn.Conv2d(4, 6, 5), activation(), nn.MaxPool2d(2),
        )  # fmt: skip
        self.classifier = nn.Sequential(nn.Linear(150, 9), activation(), nn.Linear(9, 10))

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


def sequential():
    """A Sequential with ReLU before the normalisation."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.ReLU(), nn.BatchNorm2d(4), nn.MaxPool2d(2), nn.Dropout2d(),
        nn.Conv2d(4, 6, 3), nn.ReLU(), nn.BatchNorm2d(6), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(150, 10),
    )  # fmt: skip


def averaged():
    """Convolutions with padding, whose maps are averaged."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(6, 10),
    )  # fmt: skip


class Strided(nn.Module):
    """Strides in place of pools."""

    def __init__(self):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(1, 4, 3, 2, 1), nn.Conv2d(4, 6, 3, 2, 1)
        self.fc = nn.Linear(6 * 49, 10)

    def forward(self, x):
        return self.fc(F.relu(self.c2(F.relu(self.c1(x)))).flatten(1))


class AllConvolutions(nn.Module):
    """No dense layer: the average of a map for each class."""

    def __init__(self):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 10, 3)

    def forward(self, x):
        return self.c2(F.max_pool2d(F.relu(self.c1(x)), 2)).mean((2, 3))


def made(make):
    """Make a network with weights and statistics that matter, in eval mode."""
    torch.manual_seed(1)
    net = make()
    for each in net.modules():
        if isinstance(each, nn.BatchNorm1d | nn.BatchNorm2d):
            nn.init.normal_(each.running_mean)
            nn.init.uniform_(each.running_var, 0.5, 2)
            if each.affine:
                nn.init.uniform_(each.weight, 0.5, 2)
                nn.init.normal_(each.bias)
    return net.eval()
