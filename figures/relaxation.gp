set multiplot layout 1, 2
set lmargin 8.5
file = tables.'relaxation.tsv'
equilibrium = tables.'relaxation-equilibrium.tsv'
at(ratio, name) = column('samples_per_dimension') == ratio ? column(name) : NaN
colours = '0x0072B2 0xD55E00'
set logscale x
set format x '%g'
set xlabel 'time t (weight decay = 1)'
set key top left reverse Left

set ylabel 'alignment A, ± s.e. over data sets'
set yrange [0:0.3]
set arrow 1 from first memorisation_time, graph 0 to first memorisation_time, graph 1 nohead lc rgb grey dt 3 lw 2
set label 1 't_{mem}' at first memorisation_time, graph 0.5 offset 0.5 textcolor rgb grey
plot \
  for [i = 1:curve_count] file using (at(value('ratio_'.i), 'time')):(at(value('ratio_'.i), 'alignment')):(at(value('ratio_'.i), 'standard_error')) \
    with yerrorbars pt (i == 1 ? 7 : 5) ps 0.6 lc rgb int(word(colours, i)) title sprintf('P = %g d', value('ratio_'.i)), \
  for [i = 1:curve_count] file using (at(value('ratio_'.i), 'time')):(value('equilibrium_'.i)) \
    with lines lc rgb int(word(colours, i)) dt 2 lw 2 title sprintf('equilibrium, P = %g d', value('ratio_'.i))

unset arrow 1
unset label 1
set arrow 1 from first memorisation_time, graph 0 to first memorisation_time, graph 1 nohead lc rgb grey dt 3 lw 2
set ylabel 'median of the mean squared error'
set key top right noreverse Right
set yrange [0:2]
plot \
  1 with lines lc rgb grey dt 3 notitle, \
  for [i = 1:curve_count] file using (at(value('ratio_'.i), 'time')):(at(value('ratio_'.i), 'test_error')) \
    with linespoints pt (i == 1 ? 7 : 5) ps 0.6 lc rgb int(word(colours, i)) title sprintf('test, P = %g d', value('ratio_'.i)), \
  for [i = 1:curve_count] file using (at(value('ratio_'.i), 'time')):(at(value('ratio_'.i), 'training_error')) \
    with linespoints pt (i == 1 ? 6 : 4) ps 0.6 dt 2 lc rgb int(word(colours, i)) title sprintf('training, P = %g d', value('ratio_'.i))
unset multiplot
