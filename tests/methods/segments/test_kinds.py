"""k-prototypes and k-medoids on Gower's distance."""

import itertools
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from analysis.core.errors import DataError, SettingError
from analysis.methods import segments
from analysis.methods.segments import _encode, _gower, _mixed

from .made import accounts

LEVELS = {"customer_type": ["clinic", "hospital", "pharmacy"], "channel": ["direct", "distributor", "online"]}


def customers(seed, *, n=600, k=4, norm=2.0, typical=0.7, missing=0.1):
    """Four numbers and four categories, each missing at random; the true segment beside them."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(k, size=n)
    centres = rng.normal(size=(k, 4))
    centres *= norm / np.linalg.norm(centres, axis=1, keepdims=True)
    frame = pd.DataFrame(
        centres[truth] + rng.normal(size=(n, 4)), accounts(n), ["value_12m", "trend", "gap_cv", "breadth"]
    )  # fmt: skip
    for j, name in enumerate(("customer_type", "channel", "level", "contract")):
        usual = (np.arange(k) + j) % 4
        frame[name] = np.array(list("abcd"))[np.where(rng.random(n) < typical, usual[truth], rng.integers(4, size=n))]
    return frame.mask(rng.random(frame.shape) < missing), truth


def encoded(rows, **numbers):
    frame = pd.DataFrame(numbers, dtype=float)
    kinds, channels = zip(*rows, strict=True)
    frame["customer_type"], frame["channel"] = pd.Series(kinds, dtype="str"), pd.Series(channels, dtype="str")
    return _encode.encode(frame, list(numbers), LEVELS)


def test_gower_of_four_customers_by_hand():
    frame = pd.DataFrame({
        "value_12m": [0.0, 10.0, 4.0, np.nan], "beds": [100.0, 300.0, 100.0, 200.0],
        "customer_type": ["hospital", "pharmacy", "hospital", None],
    })  # fmt: skip
    features = _encode.encode(frame, ["value_12m", "beds"], {"customer_type": ["hospital", "pharmacy"]})
    found = _gower.distances(features, features, np.array([10.0, 200.0]), np.ones(2))
    # 1 and 2: |0 - 10| / 10 = 1, |100 - 300| / 200 = 1, other type = 1: (1 + 1 + 1) / 3 = 1
    # 1 and 3: 4 / 10 = 0.4, 0, same type: 0.4 / 3
    # 2 and 3: 6 / 10 = 0.6, 1, 1: 2.6 / 3
    # 4 shares only beds: |100 - 200| / 200 = 0.5 with 1, with 2 and with 3
    expected = [[0, 1, 0.4 / 3, 0.5], [1, 0, 2.6 / 3, 0.5], [0.4 / 3, 2.6 / 3, 0, 0.5], [0.5, 0.5, 0.5, 0]]
    assert found == pytest.approx(np.array(expected))
    # beds at half weight: 1 and 3 are (0.4 + 0.5 * 0 + 0) / (1 + 0.5 + 1) apart
    halved = _gower.distances(features, features, np.array([10.0, 200.0]), np.array([1.0, 0.5]))
    assert halved[0, 2] == pytest.approx(0.4 / 2.5)


def test_customers_who_share_no_known_feature_are_at_distance_one():
    frame = pd.DataFrame({"value_12m": [1.0, np.nan], "beds": [np.nan, 5.0]})
    features = _encode.encode(frame, ["value_12m", "beds"], {})
    assert _gower.distances(features, features, np.ones(2), np.ones(2))[0, 1] == 1.0


def test_medoids_of_small_groups_are_the_best_of_all_pairs():
    rng = np.random.default_rng(1)
    for _ in range(10):
        group = np.repeat([0.0, 5.0], 10)
        X = rng.normal(size=(20, 2)) + group[:, None]
        distance = np.abs(X[:, None] - X).sum(axis=2)
        found, settled = _gower._medoids(distance, 2, np.arange(20))
        best = min(itertools.combinations(range(20), 2), key=lambda pair: distance[:, pair].min(axis=1).sum())
        assert settled
        assert tuple(found) == best


def test_k_prototypes_distance_by_hand():
    row = encoded([("hospital", None)], value_12m=[1.0], beds=[np.nan])
    prototype = encoded([("pharmacy", "direct")], value_12m=[0.0], beds=[5.0])
    # one of two numbers is known: 2 / 1 * (1 - 0)^2 = 2; one of two categories: 2 / 1 * 1 mismatch = 2
    found = _mixed.distances(row, prototype.numbers, prototype.levels, 3.0)
    assert found == pytest.approx(np.array([[2 + 3 * 2]]))


def test_gamma_by_hand():
    rows = [("hospital", "direct"), ("pharmacy", "direct"), ("hospital", "online"), ("pharmacy", "online")]
    features = encoded(rows, value_12m=[-1, 1, -1, 1])
    # variance 1; both categories half and half, so two customers mismatch with chance 1/2: 2 * 1 / 0.5
    assert _mixed.gamma_of(features) == pytest.approx(4.0)


def test_one_prototype_is_the_means_and_the_commonest_levels():
    frame = pd.DataFrame(
        {"value_12m": [1.0, 2.0, 6.0], "customer_type": ["hospital", "hospital", "clinic"]}, accounts(3)
    )
    prepared = segments.prepare(frame, transform="none", limits=None)
    model = segments.fit(prepared, k=1, method="kprototypes")
    assert model.centres["value_12m"].tolist() == pytest.approx([0.0])
    assert model.modes["customer_type"].tolist() == ["hospital"]


@pytest.mark.parametrize(("method", "least"), [("kprototypes", 0.75), ("kmedoids_gower", 0.65)])
def test_mixed_segments_with_missing_values_are_recovered(method, least):
    agreement = []
    for seed in range(3):
        features, truth = customers(seed)
        model = segments.fit(features, k=4, method=method)
        agreement.append(adjusted_rand_score(truth, model.customers["segment"]))
    assert np.mean(agreement) >= least


def test_categories_count_beside_numbers_by_default():
    # numbers without any structure, categories with four clear segments
    features, truth = customers(0, norm=0.0, typical=0.95, missing=0.0)
    by_default = segments.fit(features, k=4, method="kprototypes")
    half = segments.fit(features, k=4, method="kprototypes", gamma=0.5)
    assert adjusted_rand_score(truth, by_default.customers["segment"]) > 0.9
    assert adjusted_rand_score(truth, half.customers["segment"]) < 0.5


def test_a_medoid_knows_its_features():
    features, _truth = customers(1, missing=0.3)
    model = segments.fit(features, k=4, method="kmedoids_gower")
    known = features.loc[model.medoids["customer_id"]].notna().sum(axis=1)
    assert known.min() > features.notna().sum(axis=1).mean()


@pytest.mark.parametrize("method", ["gmm", "kmeans", "kmedoids_gower", "kprototypes"])
def test_assigning_the_fitted_customers_gives_the_fit_in_any_order(method, tmp_path):
    features, _truth = customers(2, n=300)
    prepared = segments.prepare(features)
    model = segments.fit(prepared, k=4, method=method, order_by="value_12m")
    model.save(tmp_path, "segments")
    frozen = segments.Segments.load(tmp_path, "segments")
    assert frozen.equals(model)
    assert segments.assign(frozen, features).equals(model.customers["segment"])
    shuffled = features.sample(frac=1, random_state=3)
    again = segments.fit(segments.prepare(shuffled), k=4, method=method, order_by="value_12m")
    assert again.customers["segment"].loc[features.index].equals(model.customers["segment"])
    # numbered by value: the mean falls from segment to segment
    means = prepared.matrix["value_12m"].groupby(model.customers["segment"]).mean().drop(0, errors="ignore")
    if method in ("kmeans", "gmm"):
        assert means.is_monotonic_decreasing


def test_a_second_process_gives_the_same_segments(tmp_path):
    features, _truth = customers(4, n=200)
    features.to_csv(tmp_path / "features.csv")
    expected = {}
    for method in ("kmeans", "kprototypes", "kmedoids_gower"):
        model = segments.fit(features if method != "kmeans" else segments.prepare(features), k=3, method=method)
        model.save(tmp_path, method)
        expected[method] = model.customers["segment"].tolist()
    script = (
        "import sys, json, pandas as pd\n"
        "from analysis.methods import segments\n"
        "features = pd.read_csv(sys.argv[1] + '/features.csv', index_col=0)\n"
        "out = {}\n"
        "for name in ('kmeans', 'kprototypes', 'kmedoids_gower'):\n"
        "    prepared = segments.prepare(features)\n"
        "    fitted = segments.fit(prepared, k=3, method=name).customers['segment'].tolist()\n"
        "    assigned = segments.assign(segments.Segments.load(sys.argv[1], name), features).tolist()\n"
        "    out[name] = [fitted, assigned]\n"
        "print(json.dumps(out))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, capture_output=True, text=True)

    for method, (fitted, assigned) in json.loads(done.stdout).items():
        assert fitted == assigned == expected[method]


def test_place_tells_distance_posterior_and_fit():
    features, _truth = customers(5, n=300, missing=0.0)
    model = segments.fit(features, k=3, method="kprototypes")
    strange = features.iloc[:3].copy()
    strange.loc[strange.index[0], ["value_12m", "trend", "gap_cv", "breadth"]] = [50.0, -50.0, 50.0, -50.0]
    strange.loc[strange.index[0], ["customer_type", "channel"]] = ["school", "fax"]
    strange.loc[strange.index[1]] = np.nan
    placed = segments.place(model, strange)
    assert list(placed.columns) == ["segment", "distance", "posterior", "fits", "unseen"]
    # far from all: the nearest segment is told, but it does not fit
    assert placed["segment"].iloc[0] > 0
    assert placed["distance"].iloc[0] > model.limit
    assert placed["fits"].tolist() == [False, False, True]
    assert placed["unseen"].tolist() == [2, 0, 0]
    assert placed["segment"].iloc[1] == 0
    assert segments.assign(model, strange).tolist() == [0, 0, model.customers["segment"].iloc[2]]
    mixture = segments.fit(segments.prepare(features), k=3, method="gmm")
    assert segments.place(mixture, features)["posterior"].between(1 / 3, 1).all()


def test_above_five_thousand_customers_medoids_come_from_samples(monkeypatch):
    monkeypatch.setattr(_gower, "EXACT_ROWS", 300)
    monkeypatch.setattr(_gower, "SAMPLE_ROWS", 200)
    features, truth = customers(6, n=900)
    model = segments.fit(features, k=4, method="kmedoids_gower")
    told = {note.code: note.values for note in model.notes}
    assert told["segments_medoids_sampled"] == {"rows": 200, "times": 5, "all": 900}
    assert adjusted_rand_score(truth, model.customers["segment"]) > 0.6
    assert segments.assign(model, features).equals(model.customers["segment"])


def test_bad_input_is_refused_or_noted():
    features, _truth = customers(7, n=60)
    with pytest.raises(DataError, match="each customer once"):
        segments.fit(pd.concat([features, features.iloc[:1]]), k=2, method="kprototypes")
    few = pd.DataFrame({"value_12m": [1.0, 1.0, 2.0], "customer_type": ["a", "a", "b"]}, accounts(3))
    for method in ("kprototypes", "kmedoids_gower"):
        with pytest.raises(
            DataError, match="3 segments need at least 3 customers with different features; there are 2"
        ):
            segments.fit(few, k=3, method=method)
    with pytest.raises(SettingError, match='gamma is only for method="kprototypes"; got method="kmeans"'):
        segments.fit(features, k=2, gamma=1.0)
    with pytest.raises(SettingError, match="gamma"):
        segments.fit(features, k=2, method="kprototypes", gamma=-1.0)
    whale = features.copy()
    whale.iloc[0, 0] = 1e9
    model = segments.fit(whale, k=4, method="kprototypes")
    assert model.table["n"].min() > 1
    empty = features.copy()
    empty.iloc[3] = np.nan
    model = segments.fit(empty, k=2, method="kprototypes")
    assert model.customers["segment"].iloc[3] == 0
    assert "segments_no_values" in [note.code for note in model.notes]
    assert len(model.customers) == 60


def test_model_files_of_another_version_or_with_parts_missing_are_refused(tmp_path):

    features, _truth = customers(8, n=60)
    path = segments.fit(features, k=2, method="kprototypes").save(tmp_path, "segments")
    record = json.loads(path.read_text())
    cases = []
    other = json.loads(path.read_text())
    other["fields"]["version"] = 7
    cases.append((other, "version 2; got 7"))
    old = json.loads(path.read_text())
    del old["fields"]["version"]
    cases.append((old, "version 2; got 1"))
    del record["fields"]["limit"]
    del record["frames"]["centres"]
    cases.append((record, r"centres.*limit"))
    for content, message in cases:
        path.write_text(json.dumps(content))
        with pytest.raises(DataError, match=message) as error:
            segments.Segments.load(tmp_path, "segments")
        assert error.value.text("zh")
