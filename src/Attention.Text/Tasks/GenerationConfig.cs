using System.Text.Json;
using Attention.Dsl;

namespace Attention.Text;

/// <summary>
/// What a checkpoint says of how text is generated, by the names of Hugging Face's GenerationConfig. A name of it that changes texts in a way that is not known here is an error.
/// </summary>
internal sealed class GenerationConfig
{
    private const int MostDrawn = 50; // of the likeliest tokens, where a file that draws does not say it

    /// <summary>Names that change every text, with the number that means nothing.</summary>
    private static readonly (string Name, double Neutral)[] s_unknown =
    [
        ("guidance_scale", 1), ("encoder_repetition_penalty", 1), ("encoder_no_repeat_ngram_size", 0), ("num_beam_groups", 1), ("penalty_alpha", 0), ("max_time", 0), ("dola_layers", 0), ("constraints", 0),
        ("force_words_ids", 0), ("sequence_bias", 0), ("exponential_decay_length_penalty", 0), ("forced_decoder_ids", 0), ("stop_strings", 0), ("token_healing", 0), ("watermarking_config", 0),
    ];

    /// <summary>Names that change texts whose tokens are drawn.</summary>
    private static readonly (string Name, double Neutral)[] s_unknownDraws = [("typical_p", 1), ("epsilon_cutoff", 0), ("eta_cutoff", 0), ("top_h", 1)];

    private readonly ModelFolder _files;
    private readonly string _file;
    private readonly TokenEnds _ends;
    private readonly GenerationSettings _said;
    private readonly int? _minNew, _maxNew, _minLength, _maxLength;
    private readonly int[][] _banned;
    private readonly int[] _last, _suppressed, _suppressedFirst;
    private readonly int _vocabulary;

    /// <summary>Reads what the files say.</summary>
    /// <param name="files">The checkpoint's folder.</param>
    /// <param name="ends">What ends a text.</param>
    /// <param name="vocabulary">How many tokens there are.</param>
    /// <exception cref="InvalidDataException">A member is not as expected, names a token that there is not, or asks for what is not known here.</exception>
    public GenerationConfig(ModelFolder files, TokenEnds ends, int vocabulary)
    {
        (_files, _file, _ends, _vocabulary) = (files, files.GenerationFile, ends, vocabulary);
        Refuse(s_unknown);
        _said = new GenerationSettings
        {
            Sample = Flag("do_sample"),
            Beams = Whole("num_beams", 1),
            LengthPenalty = Real("length_penalty", "a number", _ => true),
            EarlyStop = files.Read<EarlyStopping>(_file, "early_stopping", "true, false or \"never\"", EarlyStop),
            Renormalize = Flag("renormalize_logits"),
            RepetitionPenalty = Real("repetition_penalty", "a positive number", value => value > 0),
            NoRepeatNgram = Whole("no_repeat_ngram_size", 0),
            FirstToken = Whole("forced_bos_token_id", 0),
        };
        (_minNew, _maxNew, _minLength, _maxLength) = (Whole("min_new_tokens", 0), Whole("max_new_tokens", 1), Whole("min_length", 0), Whole("max_length", 1));
        _banned = [.. files.Sequences(_file, "bad_words_ids").Where(sequence => sequence is not [int token] || !ends.Contains(token))]; // what ends a text is never banned
        (_last, _suppressed, _suppressedFirst) = (Tokens("forced_eos_token_id"), Tokens("suppress_tokens"), Tokens("begin_suppress_tokens"));
        Check("eos_token_id", ends.End is int end ? [end, .. ends.More] : []);
        Check("forced_bos_token_id", _said.FirstToken is int first ? [first] : []);
        foreach (int[] sequence in _banned) Check("bad_words_ids", sequence);

        int[] Tokens(string name)
        {
            int[] tokens = files.Numbers(_file, name) ?? [];
            Check(name, tokens);
            return tokens;
        }

        void Check(string name, ReadOnlySpan<int> tokens)
        {
            foreach (int token in tokens)
            {
                if ((uint)token >= (uint)vocabulary) throw files.Unexpected(_file, name, $"tokens of 0 to {vocabulary - 1}", $"{token}");
            }
        }
    }

    /// <summary>How many beams there are where the caller does not say it.</summary>
    public int Beams => _said.Beams ?? 1;

    /// <summary>How many of the likeliest tokens the files draw from; 0 means all.</summary>
    private int? TopK => Whole("top_k", 0) switch { 0 => null, null when _said.Sample == true => MostDrawn, int count => count, null => null };

    /// <summary>The options of a decoder, of what the caller says and else the files.</summary>
    /// <param name="caller">What the caller says.</param>
    /// <param name="most">The most beams that the files may ask for.</param>
    /// <param name="begin">The token that a text begins with.</param>
    /// <param name="prompt">Those behind it.</param>
    /// <param name="room">How many tokens there is room for, these included.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">What is asked for contradicts itself, or leaves no room behind the prompt.</exception>
    /// <exception cref="InvalidDataException">The files ask for what is not known here, and the caller for nothing else.</exception>
    public DecodingOptions Options(GenerationSettings? caller, int most, int begin, ReadOnlyMemory<int> prompt, int room)
    {
        caller ??= new();
        (bool draws, int beams) = Kind(caller, most);
        int start = 1 + prompt.Length;
        room = Math.Max(0, room - start);
        if (caller.MaximumLength is null && _maxNew is null && _maxLength <= start)
            throw new ArgumentException($"{start} tokens stand before what is generated; expected at most {_maxLength - 1}, since {_file} has max_length {_maxLength}; say {nameof(GenerationSettings)}.{nameof(caller.MaximumLength)}.");
        int maximum = Math.Min(caller.MaximumLength ?? _maxNew ?? (_maxLength - start) ?? room, room);
        int minimum = Math.Min(caller.MinimumLength ?? Math.Min(_minNew ?? Math.Max(0, (_minLength ?? 0) - start), Math.Max(0, maximum)), room);
        double penalty = caller.RepetitionPenalty ?? _said.RepetitionPenalty ?? 1;
        int ngram = caller.NoRepeatNgram ?? _said.NoRepeatNgram ?? 0;
        int? first = prompt.IsEmpty ? caller.FirstToken ?? _said.FirstToken : null;
        if ((uint)(caller.FirstToken ?? 0) >= (uint)_vocabulary)
            throw new ArgumentOutOfRangeException(nameof(caller), caller.FirstToken, $"{nameof(caller.FirstToken)} is {caller.FirstToken}; expected 0 to {_vocabulary - 1}, the decoder's vocabulary.");
        return beams > 1 ? new BeamSearch
        {
            Begin = begin, Prompt = prompt, End = _ends.End, Stop = _ends.More, MinimumLength = minimum, MaximumLength = maximum, RepetitionPenalty = penalty, NoRepeatNgram = ngram,
            ForcedFirst = first, ForcedLast = _last, Banned = _banned, Suppressed = _suppressed, SuppressedFirst = _suppressedFirst, Width = beams, Renormalize = caller.Renormalize ?? _said.Renormalize ?? false,
            LengthPenalty = caller.LengthPenalty ?? _said.LengthPenalty ?? 1, EarlyStop = caller.EarlyStop ?? _said.EarlyStop ?? EarlyStopping.Heuristic,
        }
        : draws ? new Sampling
        {
            Begin = begin, Prompt = prompt, End = _ends.End, Stop = _ends.More, MinimumLength = minimum, MaximumLength = maximum, RepetitionPenalty = penalty, NoRepeatNgram = ngram,
            ForcedFirst = first, ForcedLast = _last, Banned = _banned, Suppressed = _suppressed, SuppressedFirst = _suppressedFirst, Seed = caller.Seed,
            Temperature = caller.Temperature ?? Real("temperature", "a positive number", value => value > 0) ?? 1, TopK = caller.TopK ?? TopK,
            TopP = caller.TopP ?? Real("top_p", "a number above 0 and at most 1", value => value is > 0 and <= 1), MinP = caller.MinP ?? Real("min_p", "a number from 0 to 1", value => value is >= 0 and <= 1),
        }
        : new GreedySearch
        {
            Begin = begin, Prompt = prompt, End = _ends.End, Stop = _ends.More, MinimumLength = minimum, MaximumLength = maximum, RepetitionPenalty = penalty, NoRepeatNgram = ngram,
            ForcedFirst = first, ForcedLast = _last, Banned = _banned, Suppressed = _suppressed, SuppressedFirst = _suppressedFirst,
        };
    }

    /// <summary>Whether tokens are drawn, and how many beams there are: what the caller says of one decides the other.</summary>
    private (bool Draws, int Beams) Kind(GenerationSettings caller, int most)
    {
        bool shaped = caller.Temperature is not null || caller.TopK is not null || caller.TopP is not null || caller.MinP is not null;
        if (caller.Beams < 1) throw new ArgumentOutOfRangeException(nameof(caller.Beams), caller.Beams, "Expected at least 1 beam.");
        if (caller.Beams > 1 && (shaped || caller.Sample == true))
            throw new ArgumentException($"Expected either {caller.Beams} beams or a temperature, {nameof(caller.TopK)}, {nameof(caller.TopP)} or {nameof(caller.MinP)}, found both: a search draws no tokens.");
        if (shaped && caller.Sample == false)
            throw new ArgumentException($"Expected no temperature, {nameof(caller.TopK)}, {nameof(caller.TopP)} or {nameof(caller.MinP)} where {nameof(caller.Sample)} is false: no token is drawn.");
        bool asks = shaped || caller.Sample == true, draws = asks || (caller.Sample is null && caller.Beams is null or 1 && _said.Sample == true);
        int beams = caller.Beams ?? (asks ? 1 : Math.Min(_said.Beams ?? 1, most));
        if (draws && beams > 1)
            throw _files.Unexpected(_file, "num_beams", "1 where do_sample is true, for a search draws no tokens", $"{_said.Beams}; say {nameof(caller.Beams)} or {nameof(caller.Sample)}");
        if (draws) Refuse(s_unknownDraws);
        return (draws, beams);
    }

    private void Refuse((string Name, double Neutral)[] unknown)
    {
        foreach ((string name, double neutral) in unknown)
        {
            _files.Read<bool>(_file, name, "none, since it is not known here what it asks for", member => member.ValueKind switch
            {
                JsonValueKind.False => true,
                JsonValueKind.Number when member.GetDouble() == neutral => true,
                JsonValueKind.Array when member.GetArrayLength() == 0 => true,
                JsonValueKind.Object when !member.EnumerateObject().Any() => true,
                _ => null,
            });
        }
    }

    private bool? Flag(string name) => _files.Read<bool>(_file, name, "true or false", member => member.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null });

    private double? Real(string name, string expected, Func<double, bool> isValid) =>
        _files.Read<double>(_file, name, expected, member => member.ValueKind == JsonValueKind.Number && member.GetDouble() is double value && double.IsFinite(value) && isValid(value) ? value : null);

    private int? Whole(string name, int least) =>
        _files.Read<int>(_file, name, $"a whole number of at least {least}", member => member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out int value) && value >= least ? value : null);

    private static EarlyStopping? EarlyStop(JsonElement member) => member.ValueKind switch
    {
        JsonValueKind.True => EarlyStopping.Always,
        JsonValueKind.False => EarlyStopping.Heuristic,
        JsonValueKind.String when member.ValueEquals("never") => EarlyStopping.Never,
        _ => null,
    };
}
