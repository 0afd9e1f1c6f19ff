import numpy as np
import pytest
from scipy import integrate, stats

from analysis.methods.lifetime.quadrature import beta_nodes, node_count


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (1.0, 1.0), (0.05, 3.0), (2.5, 400.0), (300.0, 700.0)])
def test_moments_of_the_beta_are_exact(a, b):
    nodes, weights = beta_nodes(a, np.array([b]), count=8)
    for power in (0, 1, 2, 5):
        # E[p^k] of a beta is the product of (a + j) / (a + b + j)
        expected = np.prod([(a + j) / (a + b + j) for j in range(power)])
        assert (weights * nodes**power).sum() == pytest.approx(expected, rel=1e-10)


def test_one_distribution_per_row():
    nodes, weights = beta_nodes(0.8, np.array([2.0, 9.0]), count=5)
    assert nodes.shape == weights.shape == (2, 5)
    assert (weights * nodes).sum(axis=1) == pytest.approx([0.8 / 2.8, 0.8 / 9.8])


@pytest.mark.parametrize("scale", [0.1, 2.0, 30.0])
def test_node_count_gives_nine_digits(scale):
    nodes, weights = beta_nodes(0.8, np.array([2.4]), count=node_count(scale))
    exact = integrate.quad(
        lambda p: stats.beta.pdf(p, 0.8, 2.4) * (1 + p * scale) ** -3, 0, 1, epsabs=1e-13, epsrel=1e-13, limit=200
    )[0]
    assert (weights * (1 + nodes * scale) ** -3.0).sum() == pytest.approx(exact, rel=1e-9)


def test_a_single_node_is_the_mean():
    nodes, weights = beta_nodes(2.0, np.array([6.0]), count=1)
    assert nodes[0, 0] == pytest.approx(0.25)
    assert weights[0, 0] == 1.0
