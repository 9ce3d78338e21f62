set multiplot layout 1, 2
set lmargin 8.5
file = tables.'attention-printed.tsv'
stats file using 'scaled_samples' name 'x' nooutput
stats file using 'alignment' name 'a' nooutput
colours = '0x0072B2 0x009E73 0xB27500 0xD55E00 0xCC79A7 0x000000'
at(series, l, name) = strcol('series') eq series && column('length') == l ? column(name) : NaN
set key top left reverse Left
set logscale x
set xrange [0.85 * x_min:1.2 * x_max]
set xtics (0.5, 1, 1.5, 2, 3, 4, 6, 8, 10, 15)
set yrange [a_min - 0.05:1.6 * a_max]
set xlabel 'P/√(L d³)'
set ylabel 'alignment A, ± s.e. over data sets'
set title 'as printed, no target is learned …'
targets = 'plain exchanged symmetrised'
symbols = '7 9 5'
plot 0 with lines lc rgb grey dt 3 notitle, \
  for [i = 1:length_count] file using (at('odd', value('length_'.i), 'scaled_samples')):\
    (at('odd', value('length_'.i), 'alignment')) with points pt 1 ps 0.8 lw 1.5 \
    lc rgb int(word(colours, i)) notitle, \
  for [i = 1:length_count] for [t = 1:3] file \
    using (1.03 ** (t - 2) * at('printed-'.word(targets, t), value('length_'.i), 'scaled_samples')):\
    (at('printed-'.word(targets, t), value('length_'.i), 'alignment')):\
    (at('printed-'.word(targets, t), value('length_'.i), 'standard_error')) \
    with yerrorbars pt int(word(symbols, t)) ps 0.8 lw 0.8 lc rgb int(word(colours, i)) notitle, \
  for [t = 1:3] keyentry with points pt int(word(symbols, t)) lc rgb black \
    title 'as printed, target '.word(targets, t), \
  keyentry with points pt 1 lc rgb black title 'two opposed heads, plain', \
  for [i = 1:length_count] keyentry with lines lw 3 lc rgb int(word(colours, i)) \
    title sprintf('L = %d', value('length_'.i))

file = tables.'attention-printed-reach.tsv'
set xlabel 'tokens L'
set ylabel 'R²'
set title '… and no weights could: √L w·x̄ comes along'
set yrange [0:1.5]
set xrange [value('length_1') / 1.3:value('length_'.length_count) * 1.3]
set ytics 0.2
set xtics ()
set for [i = 1:length_count] xtics add (value('length_'.i))
unset mxtics
middle(name) = (column(name.'_fresh') + column(name.'_fitted')) / 2
plot \
  file using 'length':(middle('odd')):'odd_fresh':'odd_fitted' with yerrorlines pt 5 ps 0.6 lw 1.5 \
    lc rgb green title 'two opposed heads: best R²', \
  file using 'length':(middle('printed')):'printed_fresh':'printed_fitted' with yerrorlines pt 7 ps 0.6 \
    lw 1.5 lc rgb vermilion title 'as printed, plain: best R²', \
  file using 'length':(middle('symmetrised')):'symmetrised_fresh':'symmetrised_fitted' with yerrorlines \
    pt 9 ps 0.6 lw 1.5 lc rgb purple title 'as printed, symmetrised: best R²', \
  file using 'length':'largest_alignment':'largest_error' with yerrorbars pt 6 lc rgb black \
    title 'as printed: largest A sampled'
unset multiplot
