using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Promises;

/// <summary>What a session refuses, how it says so, and that it can still be used afterwards.</summary>
public sealed class SessionTests : PromiseTest, IDisposable
{
    private readonly Translator _model = Load(InstructionSets.Best);
    private readonly Translator.Session _session;

    public SessionTests() => _session = _model.CreateSession();

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void A_decoder_needs_its_encoder()
    {
        string message = Assert.Throws<InvalidOperationException>(() => { _session.Target.Step([1]); }).Message;
        Assert.Contains("'Target'", message, StringComparison.Ordinal);
        Assert.Contains("Source.Forward", message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => _session.Target.Forward([1], new float[41]));
        AssertUsable();
    }

    [Fact]
    public void A_step_past_the_length_is_refused()
    {
        _session.Source.Forward([1, 2]);
        _session.Target.Step(Tokens(63, 41, 1));
        string message = Assert.Throws<InvalidOperationException>(() => { _session.Target.Step([1, 2]); }).Message;
        Assert.Contains("63 of at most 64", message, StringComparison.Ordinal);
        Assert.Equal(63, _session.Target.Position);
        _session.Target.Step([1]);
        Assert.Throws<InvalidOperationException>(() => { _session.Target.Step([1]); });
        AssertUsable();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(41)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void Unknown_tokens_are_refused(int token)
    {
        _session.Source.Forward([1, 2]);
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => { _session.Target.Step([1, token]); }).Message;
        Assert.Contains($"Token 1 of 2 given to stage 'Target' is {token}; expected 0 to 40", message, StringComparison.Ordinal);
        Assert.Equal(0, _session.Target.Position);
        Assert.Throws<ArgumentOutOfRangeException>(() => _session.Target.Forward([token], new float[41]));
        Assert.Throws<ArgumentOutOfRangeException>(() => { _session.Source.Forward([token < 41 ? token : 50]); });
        AssertUsable();
    }

    [Fact]
    public void Lengths_are_checked()
    {
        Assert.Contains("expected 1 to 70", Assert.Throws<ArgumentException>(() => { _session.Source.Forward([]); }).Message, StringComparison.Ordinal);
        Assert.Contains("71 tokens; expected at most 70", Assert.Throws<ArgumentException>(() => { _session.Source.Forward(new int[71]); }).Message, StringComparison.Ordinal);
        _session.Source.Forward([3]);
        Assert.Throws<ArgumentException>(() => { _session.Target.Step([]); });
        string message = Assert.Throws<ArgumentException>(() => _session.Target.Forward([1, 2], new float[81])).Message;
        Assert.Contains("2 rows of 41 floats, 82 in all; the memory for them holds 81", message, StringComparison.Ordinal);
        AssertUsable();
    }

    [Fact]
    public void A_second_thread_is_refused_while_a_call_is_under_way()
    {
        using (CoreOf(_session).Enter(CoreOf(_session).Plan))
        {
            foreach (Action call in new Action[]
            {
                () => _session.Source.Forward([1]), () => _session.Summary.Forward([1]), () => _session.Target.Step([1]), () => _session.Target.Reset(),
                () => _session.Target.Forward([1], new float[41]), () => _session.Dispose(),
            })
                Assert.Contains("another thread", Assert.Throws<InvalidOperationException>(call).Message, StringComparison.Ordinal);
        }

        AssertUsable();
    }

    [Fact]
    public void Sessions_outlive_their_model_and_nothing_outlives_its_session()
    {
        Translator.Session session = _model.CreateSession();
        _model.Dispose();
        _model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _model.CreateSession());
        int[] bits = Bits(session.Source.Forward([1, 2, 3]).ToArray());
        Assert.Equal(bits, Bits(_session.Source.Forward([1, 2, 3]).ToArray()));
        ReadOnlySpan<float> kept = session.Source.Forward([1, 2, 3])[0];
        session.Dispose();
        session.Dispose();
        foreach (Action call in new Action[]
        {
            () => session.Source.Forward([1]), () => session.Summary.Forward([1]), () => session.Target.Step([1]), () => session.Target.Reset(),
            () => session.Target.Forward([1], new float[41]),
            () => { foreach (int _ in session.Target.Generate(new GreedySearch { Begin = 1 })) { } },
        })
            Assert.Contains("Translator.Session", Assert.Throws<ObjectDisposedException>(call).Message, StringComparison.Ordinal);

        // What it returned stays readable.
        Assert.Equal(bits[..36], Bits(kept));
    }

    [Fact]
    public void A_new_source_resets_what_attends_to_it()
    {
        _session.Source.Forward([1, 2]);
        int[] first = Bits(_session.Target.Step([5]));
        _session.Target.Step([6]);
        _session.Source.Forward([3, 4, 5]);
        Assert.Equal(0, _session.Target.Position);
        int[] other = Bits(_session.Target.Step([5]));
        Assert.NotEqual(first, other);
        _session.Source.Forward([1, 2]);
        Assert.Equal(first, Bits(_session.Target.Step([5])));

        // An input that is refused leaves everything as it was.
        Assert.Throws<ArgumentException>(() => { _session.Source.Forward([]); });
        Assert.Equal(1, _session.Target.Position);
    }

    [Fact]
    public void Generating_is_greedy_and_notices_interference()
    {
        _session.Source.Forward([1, 2, 3]);
        int[] generated = [.. Enumerate(new GreedySearch { Begin = 1 })];
        Assert.Equal(63, generated.Length);
        Assert.Equal(generated[..5], Enumerate(new GreedySearch { Begin = 1, MaximumLength = 5 }));
        int end = Array.FindIndex(generated, token => token == generated[7]);
        Assert.Equal(generated[..end], Enumerate(new GreedySearch { Begin = 1, End = generated[7] }));

        // Each token is the likeliest one of the logits that a forward pass gives.
        var logits = new float[64 * 41];
        _session.Target.Forward([1, .. generated], logits);
        for (int i = 0; i < generated.Length; i++)
            Assert.Equal(generated[i], logits.AsSpan(i * 41, 41).IndexOf(logits.AsSpan(i * 41, 41).ToArray().Max()));

        TokenSequence.Enumerator disturbed = _session.Target.Generate(new GreedySearch { Begin = 1 }).GetEnumerator();
        Assert.True(disturbed.MoveNext());
        _session.Target.Step([2]);
        bool refused = false;
        try
        {
            disturbed.MoveNext();
        }
        catch (InvalidOperationException)
        {
            refused = true;
        }

        Assert.True(refused);
        AssertUsable();
    }

    [Fact]
    public void Generating_refuses_what_is_missing()
    {
        Assert.Throws<ArgumentNullException>(() => _session.Target.Generate(null!));
        _session.Source.Forward([1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => { foreach (int _ in _session.Target.Generate(new GreedySearch { Begin = 41 })) { } });
        AssertUsable();
    }

    [Fact]
    public void An_instruction_set_that_is_not_there_is_refused()
    {
        Assert.SkipUnless(Enum.GetValues<InstructionSet>().Any(set => !InstructionSets.IsSupported(set)), "This machine has all instruction sets.");
        Assert.Throws<PlatformNotSupportedException>(() => Load(Enum.GetValues<InstructionSet>().First(set => !InstructionSets.IsSupported(set))));
    }

    [Fact]
    public void An_instruction_set_that_does_not_exist_is_refused() =>
        Assert.Contains("Expected a member of the enum", Assert.Throws<ArgumentOutOfRangeException>(() => Load((InstructionSet)7)).Message, StringComparison.Ordinal);

    private List<int> Enumerate(GreedySearch search)
    {
        var tokens = new List<int>();
        foreach (int token in _session.Target.Generate(search))
            tokens.Add(token);
        return tokens;
    }

    /// <summary>The session gives the bits of a fresh one.</summary>
    private void AssertUsable()
    {
        using Translator.Session fresh = _model.CreateSession();
        int[][] results = [.. new[] { _session, fresh }.Select(session =>
        {
            session.Source.Forward([4, 5, 6]);
            var logits = new float[3 * 41];
            session.Target.Forward([7, 8, 9], logits);
            return Bits(logits);
        })];
        Assert.Equal(results[1], results[0]);
    }
}
